/// One walk through the names of a destination, a page at a time. A page that failed can be asked
/// for again.
actor AzureListing {
    private let client: AzureClient
    private let root: String
    private let prefix: String
    private let depth: ListDepth
    private let pageSize: Int
    private var next: Next = .first

    private enum Next {
        case first
        /// Where the last page ended, in the service's own words.
        case after(String)
        case ended
    }

    /// - Parameter root: of all names of the destination; empty, or ends in `/`.
    init(client: AzureClient, root: String, prefix: String, depth: ListDepth, pageSize: Int) {
        self.client = client
        self.root = root
        self.prefix = prefix
        self.depth = depth
        self.pageSize = pageSize
    }

    /// A page of entries, perhaps an empty one; `nil` at the end.
    func nextPage() async throws -> [ListedEntry]? {
        var request = AzureRequest(
            .get, query: ["comp": "list", "prefix": root + prefix, "maxresults": "\(pageSize)"],
            about: prefix)
        if depth == .children { request.query["delimiter"] = "/" }
        switch next {
        case .first: try ObjectName.check(prefix: prefix)
        case .after(let marker): request.query["marker"] = marker
        case .ended: return nil
        }
        let answer = try await client.send(request)
        let page = try XMLTree(parsing: answer.bytes, about: prefix)
        let blobs = page["Blobs"]
        let entries =
            try (blobs?.all("Blob") ?? []).compactMap(object)
            + (blobs?.all("BlobPrefix") ?? []).map { .folder(String(try name($0).dropLast())) }
        let marker = page["NextMarker"]?.text ?? ""
        next = marker.isEmpty ? .ended : .after(marker)
        return entries
    }

    /// The object of a `Blob`; `nil` for a directory of an account that has such (a hierarchical
    /// namespace), and for what a tool makes so that a folder is seen, a name that ends in `/`.
    private func object(_ blob: XMLTree) throws -> ListedEntry? {
        let name = try name(blob)
        let properties = blob["Properties"]
        guard !name.hasSuffix("/"), properties?["ResourceType"]?.text != "directory" else {
            return nil
        }
        guard let size = (properties?["Content-Length"]?.text).flatMap({ Int64($0) }) else {
            throw failure("tells no size of \(name)")
        }
        return .object(name: name, size: size)
    }

    private func name(_ element: XMLTree) throws -> String {
        guard let name = element["Name"]?.text, name.hasPrefix(root) else {
            throw failure("lists what is not under '\(root)'")
        }
        return String(name.dropFirst(root.count))
    }

    private func failure(_ what: String) -> DestinationError {
        DestinationError(
            code: .unreachable, object: prefix, message: "\(client.place) \(what)")
    }
}
