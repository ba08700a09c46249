import Destinations
import Synchronization

/// A destination whose deletions are counted, and refused after so many, as if the process had
/// ended there.
final class FailingDeletion: Destination {
    private let inner: any Destination
    private let limit: Int
    private let count = Mutex(0)

    init(_ inner: any Destination, after limit: Int) {
        self.inner = inner
        self.limit = limit
    }

    /// Calls that were made.
    var calls: Int { count.withLock { $0 } }

    var label: String { inner.label }
    var largestWhole: Int64 { inner.largestWhole }

    func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try await inner.store(source, as: name, expecting: content)
    }

    func replace(_ source: any ObjectSource, as name: String) async throws {
        try await inner.replace(source, as: name)
    }

    func settle() async throws { try await inner.settle() }

    func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        try await inner.read(name, range: range)
    }

    func size(of name: String) async throws -> Int64? { try await inner.size(of: name) }

    func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        inner.list(prefix, depth: depth)
    }

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
