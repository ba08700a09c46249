import Testing

@testable import Prefork

@Test func `Prefork builds`() {}
