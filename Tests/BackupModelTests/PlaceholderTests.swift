import Testing

@testable import BackupModel

@Test func `BackupModel builds`() {}
