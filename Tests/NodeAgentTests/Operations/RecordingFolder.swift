import Destinations
import Synchronization

/// A folder that takes down in which order objects are written, made durable and named.
final class RecordingFolder: OnePassDestination {
    enum Event: Sendable, Hashable {
        case written, flushed, published
    }

    private let inner: LocalDestination
    private let recorded = Mutex<[Event]>([])

    init(_ inner: LocalDestination) { self.inner = inner }

    var events: [Event] { recorded.withLock { $0 } }
    var label: String { inner.label }
    var largestWhole: Int64 { inner.largestWhole }

    fileprivate func record(_ event: Event) { recorded.withLock { $0.append(event) } }

    func begin() throws -> any OnePassObject {
        RecordedObject(inner: try inner.begin(), folder: self)
    }

    func flushObjects() throws {
        try inner.flushObjects()
        record(.flushed)
    }

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

    func delete(_ names: [String]) async throws { try await inner.delete(names) }
}

private struct RecordedObject: OnePassObject {
    let inner: any OnePassObject
    let folder: RecordingFolder

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try inner.append(bytes)
        folder.record(.written)
    }

    func flush() throws {
        try inner.flush()
        folder.record(.flushed)
    }

    func publish(as name: String) throws -> StoreOutcome {
        defer { folder.record(.published) }
        return try inner.publish(as: name)
    }
}
