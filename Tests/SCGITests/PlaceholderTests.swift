import Testing

@testable import SCGI

@Test func `SCGI builds`() {}
