/// One walk through the names of a destination, a page at a time. A page that failed can be asked
/// for again.
actor S3Listing {
    private let client: S3Client
    private let root: String
    private let prefix: String
    private let depth: ListDepth
    private let pageSize: Int
    private var next: Next = .first

    private enum Next {
        case first
        /// Where the last page ended, in the store's own words.
        case after(String)
        case ended
    }

    /// - Parameter root: of all names of the destination; empty, or ends in `/`.
    init(client: S3Client, root: String, prefix: String, depth: ListDepth, pageSize: Int) {
        self.client = client
        self.root = root
        self.prefix = prefix
        self.depth = depth
        self.pageSize = pageSize
    }

    /// The entries of the next page, perhaps none; `nil` at the end.
    func nextPage() async throws -> [ListedEntry]? {
        var query = [
            ("list-type", "2"), ("encoding-type", "url"), ("max-keys", "\(pageSize)"),
            ("prefix", root + prefix),
        ]
        if depth == .children { query.append(("delimiter", "/")) }
        switch next {
        case .first: try ObjectName.check(prefix: prefix)
        case .after(let token): query.append(("continuation-token", token))
        case .ended: return nil
        }
        let page = try await client.document(
            S3Request(method: .get, query: query, object: prefix))
        let names = S3Names(page, root: root)
        let entries = try names.objects(of: page) + names.folders(of: page)
        guard page["IsTruncated"]?.text == "true" else {
            next = .ended
            return entries
        }
        guard let token = page["NextContinuationToken"]?.text, !token.isEmpty else {
            throw DestinationError(
                code: .unreachable, object: prefix,
                message: "\(client.host) breaks the listing off and does not tell where")
        }
        next = .after(token)
        return entries
    }
}
