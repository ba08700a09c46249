import Destinations
import Synchronization

/// A destination whose deletions are counted, and refused after so many, as if the process had
/// ended there.
final class FailingDeletion<Inner: Destination>: ForwardingDestination {
    let inner: Inner
    private let limit: Int
    private let count = Mutex(0)

    init(_ inner: Inner, after limit: Int) {
        self.inner = inner
        self.limit = limit
    }

    /// Calls that were made.
    var calls: Int { count.withLock { $0 } }

    func delete(_ names: [String]) async throws {
        let isPermitted = count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        guard isPermitted else {
            throw DestinationError(code: .denied, object: names[0], message: "no more")
        }
        try await inner.delete(names)
    }
}
