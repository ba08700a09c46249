import Synchronization

/// The uploads in parts that this process is at, whichever destination they go to.
///
/// Where no other process writes under the same names, every other upload that the store knows there
/// is a leftover: of a process that was killed, or of one whose end the store did not accept.
package final class S3UploadsAtWork: Sendable {
    private let state = Mutex(State())

    private struct State {
        /// Keys of those whose ids the store has not told yet, with their numbers.
        var beginning: [String: Int] = [:]
        var ids: Set<String> = []
    }

    package init() {}

    /// Begins an upload: from before the store knows of it until `end` it is at work.
    ///
    /// - Parameter ask: has the store begin it, and answers its id.
    func begin(_ key: String, _ ask: () async throws -> String) async throws -> String {
        state.withLock { $0.beginning[key, default: 0] += 1 }
        defer {
            state.withLock { state in
                let left = (state.beginning[key] ?? 1) - 1
                state.beginning[key] = left > 0 ? left : nil
            }
        }
        let id = try await ask()
        state.withLock { _ = $0.ids.insert(id) }
        return id
    }

    /// The upload is no longer at work, however it ended.
    func end(_ id: String) {
        state.withLock { _ = $0.ids.remove(id) }
    }

    /// Whether an upload that the store has told of may be one of these. Ask after the store has.
    func mayHold(_ id: String, of key: String) -> Bool {
        state.withLock { $0.ids.contains(id) || $0.beginning[key] != nil }
    }
}
