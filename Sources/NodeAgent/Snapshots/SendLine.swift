import AsyncAlgorithms

/// Sends files to destinations beside the reading of others: some at once, and whoever hands one in
/// waits while there are enough.
package struct SendLine: Sendable {
    /// Files that are sent at the same time.
    private static let width = 8

    private let channel = AsyncChannel<@Sendable () async -> Void>()

    /// Does the work, which hands in what is to be sent, and returns when that has been sent too.
    package static func around<Success>(
        _ work: (SendLine) async throws -> Success
    ) async throws -> Success {
        let line = SendLine()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<width {
                group.addTask { for await send in line.channel { await send() } }
            }
            // What it throws cancels those that send.
            let success = try await work(line)
            line.channel.finish()
            try await group.waitForAll()
            return success
        }
    }

    /// Hands in what is to be sent. Returns when it has begun, or the task was cancelled.
    func add(_ send: @escaping @Sendable () async -> Void) async { await channel.send(send) }
}
