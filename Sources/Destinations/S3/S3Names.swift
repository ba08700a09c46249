/// The names in a listing.
struct S3Names {
    private let isEncoded: Bool
    private let root: String

    /// - Parameters:
    ///   - page: the listing, which says whether its names are encoded.
    ///   - root: of all names of the destination; left out of them.
    init(_ page: XMLTree, root: String) {
        isEncoded = page["EncodingType"]?.text == "url"
        self.root = root
    }

    /// The objects. What a console makes so that a folder is seen, a name that ends in `/`, is none.
    func objects(of page: XMLTree) throws -> [ListedEntry] {
        try page.all("Contents").compactMap { entry in
            let key = try name(entry["Key"])
            guard !key.hasSuffix("/") else { return nil }
            guard let size = (entry["Size"]?.text).flatMap({ Int64($0) }) else {
                throw failure("tells no size of \(key)")
            }
            return .object(name: key, size: size)
        }
    }

    /// The folders.
    func folders(of page: XMLTree) throws -> [ListedEntry] {
        try page.all("CommonPrefixes").map { .folder(String(try name($0["Prefix"]).dropLast())) }
    }

    /// The name in an element that holds a key.
    func name(_ element: XMLTree?) throws -> String {
        guard let text = element?.text,
            let key = isEncoded ? PercentEncoding.decode(text, plusIsSpace: true) : text,
            key.hasPrefix(root)
        else { throw failure("lists what is not under '\(root)' or cannot be read") }
        return String(key.dropFirst(root.count))
    }

    private func failure(_ what: String) -> DestinationError {
        DestinationError(code: .unreachable, object: root, message: "the store \(what)")
    }
}
