/// One walk through the names of an object store, a page at a time. A page that failed can be asked
/// for again.
actor PagedListing {
    /// The entries of a page, perhaps none, and where the next one begins, in the store's own
    /// words; `nil` after the last.
    typealias Page = (entries: [ListedEntry], next: String?)

    private let prefix: String
    private let page: @Sendable (_ from: String?) async throws -> Page
    private var next: Next = .first

    private enum Next {
        case first
        case after(String)
        case ended
    }

    /// - Parameter page: fetches the page that begins there; `nil` for the first.
    init(_ prefix: String, page: @escaping @Sendable (_ from: String?) async throws -> Page) {
        self.prefix = prefix
        self.page = page
    }

    /// The entries of the next page, perhaps none; `nil` at the end.
    func nextPage() async throws -> [ListedEntry]? {
        let from: String?
        switch next {
        case .first:
            try ObjectName.check(prefix: prefix)
            from = nil
        case .after(let token): from = token
        case .ended: return nil
        }
        let (entries, following) = try await page(from)
        next = following.map { .after($0) } ?? .ended
        return entries
    }
}
