/// A destination that tells how many bytes pass, piece by piece.
package struct Counting<Inner: Destination>: Destination {
    private let inner: Inner
    private let written: @Sendable (Int) -> Void
    private let read: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - written: told of every piece that is read from a source to be sent.
    ///   - read: told of every piece that is read from the destination.
    package init(
        _ inner: Inner, written: @escaping @Sendable (Int) -> Void,
        read: @escaping @Sendable (Int) -> Void
    ) {
        self.inner = inner
        self.written = written
        self.read = read
    }

    package var label: String { inner.label }
    package var largestWhole: Int64 { inner.largestWhole }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try await inner.store(
            CountedSource(source: source, tell: written), as: name, expecting: content)
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try await inner.replace(CountedSource(source: source, tell: written), as: name)
    }

    package func settle() async throws { try await inner.settle() }

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        try await inner.read(name, range: range).counted(by: read)
    }

    package func size(of name: String) async throws -> Int64? {
        try await inner.size(of: name)
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        inner.list(prefix, depth: depth)
    }

    package func delete(_ names: [String]) async throws { try await inner.delete(names) }
}

private struct CountedSource: ObjectSource {
    let source: any ObjectSource
    let tell: @Sendable (Int) -> Void

    func open() async throws -> ObjectBody {
        try await source.open().counted(by: tell)
    }

    func open(range: Range<Int64>) async throws -> ObjectBody {
        try await source.open(range: range).counted(by: tell)
    }

    var original: any ObjectSource { source.original }
}

extension ObjectBody {
    /// The same bytes, told piece by piece.
    package func counted(by tell: @escaping @Sendable (Int) -> Void) -> ObjectBody {
        ObjectBody {
            guard let piece = try await next() else { return nil }
            tell(piece.count)
            return piece
        }
    }
}
