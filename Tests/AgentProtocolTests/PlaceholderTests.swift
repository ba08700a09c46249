import Testing

@testable import AgentProtocol

@Test func `AgentProtocol builds`() {}
