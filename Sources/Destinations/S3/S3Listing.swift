/// Asks for pages of names: ListObjectsV2.
struct S3Listing: Sendable {
    private let client: S3Client
    private let root: String
    private let prefix: String
    private let depth: ListDepth
    private let pageSize: Int

    /// - Parameter root: of all names of the destination; empty, or ends in `/`.
    init(client: S3Client, root: String, prefix: String, depth: ListDepth, pageSize: Int) {
        self.client = client
        self.root = root
        self.prefix = prefix
        self.depth = depth
        self.pageSize = pageSize
    }

    /// The page that begins at a continuation token; the first where there is none.
    func page(from token: String?) async throws -> PagedListing.Page {
        var query = [
            ("list-type", "2"), ("encoding-type", "url"), ("max-keys", "\(pageSize)"),
            ("prefix", root + prefix),
        ]
        if depth == .children { query.append(("delimiter", "/")) }
        if let token { query.append(("continuation-token", token)) }
        let page = try await client.document(
            S3Request(method: .get, query: query, object: prefix))
        let names = S3Names(page, root: root)
        let entries = try names.objects(of: page) + names.folders(of: page)
        guard page["IsTruncated"]?.text == "true" else {
            return (entries, next: nil)
        }
        guard let token = page["NextContinuationToken"]?.text, !token.isEmpty else {
            throw DestinationError(
                code: .unreachable, object: prefix,
                message: "\(client.host) breaks the listing off and does not tell where")
        }
        return (entries, next: token)
    }
}
