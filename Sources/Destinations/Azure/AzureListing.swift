/// Asks for pages of names: List Blobs.
struct AzureListing: Sendable {
    private let client: AzureClient
    private let root: String
    private let prefix: String
    private let depth: ListDepth
    private let pageSize: Int

    /// - Parameter root: of all names of the destination; empty, or ends in `/`.
    init(client: AzureClient, root: String, prefix: String, depth: ListDepth, pageSize: Int) {
        self.client = client
        self.root = root
        self.prefix = prefix
        self.depth = depth
        self.pageSize = pageSize
    }

    /// The page that begins at a marker; the first where there is none.
    func page(from marker: String?) async throws -> PagedListing.Page {
        var request = AzureRequest(
            .get, query: ["comp": "list", "prefix": root + prefix, "maxresults": "\(pageSize)"],
            about: prefix)
        if depth == .children { request.query["delimiter"] = "/" }
        if let marker { request.query["marker"] = marker }
        let answer = try await client.send(request)
        let page = try XMLTree(parsing: answer.bytes, about: prefix)
        let blobs = page["Blobs"]
        let entries =
            try (blobs?.all("Blob") ?? []).compactMap(object)
            + (blobs?.all("BlobPrefix") ?? []).map { .folder(String(try name($0).dropLast())) }
        let following = page["NextMarker"]?.text ?? ""
        return (entries, next: following.isEmpty ? nil : following)
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
