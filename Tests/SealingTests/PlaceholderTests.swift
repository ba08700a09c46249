import Testing

@testable import Sealing

@Test func `Sealing builds`() {}
