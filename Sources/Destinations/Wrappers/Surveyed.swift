import Crypto

/// A destination that was looked at once, and is not asked again for objects that it had then.
///
/// A backup writes mostly what is there already. To list a thousand names costs one call, to ask
/// for each of them, or to send it in vain, a thousand. It is for as long as nothing is deleted
/// there: for one operation.
package struct Surveyed<Inner: Destination>: Destination {
    private let inner: Inner
    private let found: [Mark: Int64]

    /// 128 bits that stand for a name: for a million of names far less memory than these.
    private struct Mark: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ name: String) {
            (high, low) = SHA256.hash(data: Array(name.utf8)).withUnsafeBytes {
                (
                    $0.loadUnaligned(as: UInt64.self),
                    $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                )
            }
        }
    }

    /// Looks at the objects of a prefix.
    package init(_ inner: Inner, below prefix: String) async throws {
        self.inner = inner
        var found: [Mark: Int64] = [:]
        for try await case .object(let name, let size) in inner.list(prefix, depth: .all) {
            found[Mark(name)] = size
        }
        self.found = found
    }

    package var label: String { inner.label }

    /// - Throws: `DestinationError` with code `wrongHash` also where an object of the name was
    ///   there with another size.
    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        guard let size = found[Mark(name)] else {
            return try await inner.store(source, as: name, expecting: content)
        }
        guard size == content.size else {
            throw DestinationError(
                code: .wrongHash, object: name,
                message: "\(name) on \(label) has \(size) bytes, expected \(content.size)")
        }
        return .alreadyThere
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try await inner.replace(source, as: name)
    }

    package func settle() async throws { try await inner.settle() }

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        try await inner.read(name, range: range)
    }

    package func size(of name: String) async throws -> Int64? {
        try await inner.size(of: name)
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        inner.list(prefix, depth: depth)
    }

    package func delete(_ names: [String]) async throws { try await inner.delete(names) }
}
