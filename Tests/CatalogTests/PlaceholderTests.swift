import Testing

@testable import Catalog

@Test func `Catalog builds`() {}
