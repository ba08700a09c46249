import Testing

@testable import Execution

@Test func `Execution builds`() {}
