import Synchronization

/// What a destination remembers between its calls.
final class S3State: Sendable {
    private let state = Mutex(State())

    private struct State {
        var storesConditionally = true
        var swept: Set<String> = []
    }

    /// Whether the store understands `If-None-Match` on a write, as far as is known.
    var storesConditionally: Bool { state.withLock { $0.storesConditionally } }

    /// The store does not understand `If-None-Match` on a write.
    func lacksConditions() {
        state.withLock { $0.storesConditionally = false }
    }

    /// Whether this is the first time that leftovers of a folder are looked for.
    func beginsSweep(of folder: String) -> Bool {
        state.withLock { $0.swept.insert(folder).inserted }
    }
}
