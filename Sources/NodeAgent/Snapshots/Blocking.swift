import Dispatch

/// Threads for work that blocks on files, so that none of the few that tasks share is held.
enum Blocking {
    private static let queue = DispatchQueue(label: "helenus.agent.files", attributes: .concurrent)

    static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Swift.Result { try work() }) }
        }
    }
}
