/// A destination whose transfers, both ways, keep to common rates.
package struct Throttled<Inner: Destination>: Destination {
    private let inner: Inner
    private let buckets: [TokenBucket]

    /// - Parameter buckets: shared with whatever else keeps to the same rates.
    package init(_ inner: Inner, buckets: [TokenBucket]) {
        self.inner = inner
        self.buckets = buckets
    }

    package var label: String { inner.label }
    package var largestWhole: Int64 { inner.largestWhole }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try await inner.store(
            PacedSource(source: source, buckets: buckets), as: name, expecting: content)
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try await inner.replace(PacedSource(source: source, buckets: buckets), as: name)
    }

    package func settle() async throws { try await inner.settle() }

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        let body = try await inner.read(name, range: range)
        return body.paced(by: buckets)
    }

    package func size(of name: String) async throws -> Int64? {
        try await inner.size(of: name)
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        inner.list(prefix, depth: depth)
    }

    package func delete(_ names: [String]) async throws { try await inner.delete(names) }
}

private struct PacedSource: ObjectSource {
    let source: any ObjectSource
    let buckets: [TokenBucket]

    func open() async throws -> ObjectBody {
        try await source.open().paced(by: buckets)
    }

    func open(range: Range<Int64>) async throws -> ObjectBody {
        try await source.open(range: range).paced(by: buckets)
    }

    var original: any ObjectSource { source.original }
}

extension ObjectBody {
    /// The same bytes at the lowest of the buckets' rates.
    package func paced(by buckets: [TokenBucket]) -> ObjectBody {
        ObjectBody {
            guard let piece = try await next() else { return nil }
            for bucket in buckets { try await bucket.take(piece.count) }
            return piece
        }
    }
}
