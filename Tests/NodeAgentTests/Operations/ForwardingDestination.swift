import Destinations

/// A destination that hands everything on to another one, but for what it does itself.
protocol ForwardingDestination: Destination {
    associatedtype Inner: Destination
    var inner: Inner { get }
}

extension ForwardingDestination {
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

    func delete(_ names: [String]) async throws { try await inner.delete(names) }
}
