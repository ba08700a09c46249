import Testing

@testable import Postgres

@Test func `Postgres builds`() {}
