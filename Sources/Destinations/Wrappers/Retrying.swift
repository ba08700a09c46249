/// A destination that tries again, with growing pauses, what failed in a way that may pass.
///
/// A read that breaks off goes on where it stopped, a listing at the page that failed.
package struct Retrying<Inner: Destination>: Destination {
    private let inner: Inner
    private let policy: RetryPolicy

    package init(_ inner: Inner, _ policy: RetryPolicy = RetryPolicy()) {
        self.inner = inner
        self.policy = policy
    }

    package var label: String { inner.label }
    package var largestWhole: Int64 { inner.largestWhole }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try await policy.perform { try await inner.store(source, as: name, expecting: content) }
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try await policy.perform { try await inner.replace(source, as: name) }
    }

    package func settle() async throws {
        try await policy.perform { try await inner.settle() }
    }

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        let body = try await policy.perform { try await inner.read(name, range: range) }
        let reading = Reading(body: body, offset: range?.lowerBound ?? 0)
        return ObjectBody {
            var isFirst = true
            return try await policy.perform {
                if !isFirst {
                    let rest = await reading.offset..<(range?.upperBound ?? .max)
                    await reading.resume(with: try await inner.read(name, range: rest))
                }
                isFirst = false
                return try await reading.next()
            }
        }
    }

    package func size(of name: String) async throws -> Int64? {
        try await policy.perform { try await inner.size(of: name) }
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        inner.list(prefix, depth: depth).fetching { fetch in
            try await policy.perform { try await fetch() }
        }
    }

    package func delete(_ names: [String]) async throws {
        try await policy.perform { try await inner.delete(names) }
    }

    private actor Reading {
        private var body: ObjectBody
        private(set) var offset: Int64

        init(body: ObjectBody, offset: Int64) {
            self.body = body
            self.offset = offset
        }

        func next() async throws -> [UInt8]? {
            guard let piece = try await body.next() else { return nil }
            offset += Int64(piece.count)
            return piece
        }

        func resume(with body: ObjectBody) { self.body = body }
    }
}
