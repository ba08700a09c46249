/// A destination that tries again, with growing pauses, what failed in a way that may pass.
///
/// A read that breaks off goes on where it stopped. Listings are left to the driver, which knows
/// its own page tokens.
package struct Retrying<Inner: Destination>: Destination {
    private let inner: Inner
    private let attempts: Int
    private let firstPause: Duration

    /// - Parameters:
    ///   - attempts: how often a call is made at most.
    ///   - firstPause: before the second attempt; doubled for each further one, up to 30 s.
    package init(_ inner: Inner, attempts: Int = 5, firstPause: Duration = .milliseconds(200)) {
        self.inner = inner
        self.attempts = attempts
        self.firstPause = firstPause
    }

    package var label: String { inner.label }

    package func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        try await again { try await inner.store(source, as: name, expecting: content) }
    }

    package func replace(_ source: any ObjectSource, as name: String) async throws {
        try await again { try await inner.replace(source, as: name) }
    }

    package func settle() async throws {
        try await again { try await inner.settle() }
    }

    package func read(_ name: String, range: Range<Int64>?) async throws -> ObjectBody {
        let body = try await again { try await inner.read(name, range: range) }
        let reading = Reading(body: body, offset: range?.lowerBound ?? 0)
        return ObjectBody {
            var failures = 0
            while true {
                do {
                    return try await reading.next()
                } catch let error as DestinationError where error.mayPass {
                    failures += 1
                    guard failures < attempts else { throw error }
                    try await Task.sleep(for: pause(after: failures))
                    let rest = await reading.offset..<(range?.upperBound ?? .max)
                    let body = try await again { try await inner.read(name, range: rest) }
                    await reading.resume(with: body)
                }
            }
        }
    }

    package func size(of name: String) async throws -> Int64? {
        try await again { try await inner.size(of: name) }
    }

    package func list(_ prefix: String, depth: ListDepth) -> ObjectListing {
        inner.list(prefix, depth: depth)
    }

    package func delete(_ names: [String]) async throws {
        try await again { try await inner.delete(names) }
    }

    private func again<Success>(
        _ call: () async throws -> Success
    ) async throws -> Success {
        var failures = 0
        while true {
            do {
                return try await call()
            } catch let error as DestinationError where error.mayPass {
                failures += 1
                guard failures < attempts else { throw error }
                try await Task.sleep(for: pause(after: failures))
            }
        }
    }

    private func pause(after failures: Int) -> Duration {
        min(firstPause * (1 << min(failures - 1, 16)), .seconds(30))
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
