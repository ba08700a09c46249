import Testing

@testable import Destinations

@Test func `Destinations builds`() {}
