import Testing

@testable import NodeAgent

@Test func `NodeAgent builds`() {}
