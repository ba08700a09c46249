import Testing

@testable import JobQueue

@Test func `JobQueue builds`() {}
