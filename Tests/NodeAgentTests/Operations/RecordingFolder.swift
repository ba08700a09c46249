import Destinations
import Synchronization

/// A folder that takes down in which order objects are written, made durable and named.
final class RecordingFolder: OnePassDestination, ForwardingDestination {
    enum Event: Sendable, Hashable {
        case written, flushed, published
    }

    let inner: LocalDestination
    private let recorded = Mutex<[Event]>([])

    init(_ inner: LocalDestination) { self.inner = inner }

    var events: [Event] { recorded.withLock { $0 } }

    fileprivate func record(_ event: Event) { recorded.withLock { $0.append(event) } }

    func begin() throws -> any OnePassObject {
        RecordedObject(inner: try inner.begin(), folder: self)
    }

    func flushObjects() throws {
        try inner.flushObjects()
        record(.flushed)
    }
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
