import Testing

@testable import API

@Test func `API builds`() {}
