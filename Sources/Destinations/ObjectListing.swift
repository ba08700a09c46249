/// The entries of a listing, fetched page by page as they are asked for.
package struct ObjectListing: AsyncSequence, Sendable {
    package typealias Element = ListedEntry

    private let open: @Sendable () -> @Sendable () async throws -> [ListedEntry]?

    /// - Parameter open: begins the listing anew and returns what fetches the next page, perhaps
    ///   an empty one; `nil` at the end. What threw can be called again: it fetches the same page,
    ///   or throws again.
    package init(open: @escaping @Sendable () -> @Sendable () async throws -> [ListedEntry]?) {
        self.open = open
    }

    /// The same listing, each of whose pages is fetched by `fetching`.
    package func fetching(
        _ fetching:
            @escaping @Sendable (
                @Sendable () async throws -> [ListedEntry]?
            ) async throws -> [ListedEntry]?
    ) -> ObjectListing {
        ObjectListing {
            let fetch = open()
            return { try await fetching(fetch) }
        }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let fetch: @Sendable () async throws -> [ListedEntry]?
        private var page: [ListedEntry] = []
        private var position = 0

        fileprivate init(fetch: @escaping @Sendable () async throws -> [ListedEntry]?) {
            self.fetch = fetch
        }

        package mutating func next() async throws -> ListedEntry? {
            while position == page.count {
                try Task.checkCancellation()
                guard let fetched = try await fetch() else { return nil }
                page = fetched
                position = 0
            }
            defer { position += 1 }
            return page[position]
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(fetch: open()) }
}
