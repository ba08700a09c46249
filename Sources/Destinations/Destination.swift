/// A place that holds backups: a flat space of objects by name, as an object store sees it.
///
/// Names are relative, with `/` between their parts; no folder is ever made or removed by itself.
/// Every function throws `DestinationError`, or `CancellationError` when its task is cancelled.
package protocol Destination: Sendable {
    /// What it is, for logs and messages, without secrets.
    var label: String { get }

    /// Bytes up to which an object is written in one go. A larger one goes in parts, several of them at
    /// the same time, so that there is little to gain from sending others beside it.
    var largestWhole: Int64 { get }

    /// Writes an object once.
    ///
    /// The content is hashed on the way; the object comes to be only when hash and size are those
    /// expected. An object of the name that exists already is left as it is. Any number of writers
    /// of one name may run at once. The object is durable after the next `settle()`.
    func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome

    /// Writes a small document or puts it in the place of its predecessor, at once and durably,
    /// after everything that was stored before (`settle()` is included).
    func replace(_ source: any ObjectSource, as name: String) async throws

    /// Makes all that was stored so far durable.
    func settle() async throws

    /// The content of an object or of a part of it, in pieces, read as they are asked for.
    ///
    /// - Parameter range: bytes; cut off at the object's end; `nil` for all.
    func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody

    /// The object's size in bytes; `nil` where there is no such object. One that is there is durable
    /// after the next `settle()`, whoever wrote it.
    func size(of name: String) async throws -> Int64?

    /// All objects whose names begin with `prefix`, page by page, in no particular order.
    ///
    /// - Parameter depth: `.children` stops at the next `/` after the prefix and tells folders.
    func list(_ prefix: String, depth: ListDepth) -> ObjectListing

    /// Removes objects; one that is not there is removed.
    func delete(_ names: [String]) async throws
}

extension Destination {
    /// The whole content of an object.
    package func read(_ name: String) async throws -> ObjectBody {
        try await read(name, range: nil)
    }
}
