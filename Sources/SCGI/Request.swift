/// One request, whole: what nginx passed on of the client's, and the body.
package struct Request: Sendable {
    /// `GET`, `POST`, … as it came: an HTTP token.
    package let method: String
    /// The path as the client sent it, without the query: `/Test%20Cluster/backups`.
    package let rawPath: String
    /// The path's segments, each percent-decoded on its own, so that `%2F` stays inside its
    /// segment. Empty segments at the end (a trailing slash) are left out; `/` has none.
    package let path: [String]
    /// The items of the query.
    package let query: QueryItems
    /// HTTP headers and CGI variables.
    package let headers: Headers
    /// The body, as long as `CONTENT_LENGTH` says.
    package let body: [UInt8]

    init(block: [UInt8], fields: [HeaderField], body: [UInt8]) throws(RequestError) {
        let headers = Headers(block: block, fields: fields)
        self.headers = headers
        self.body = body
        method = try Self.method(headers)

        guard let uri = headers.bytes(of: "REQUEST_URI") else {
            throw RequestError(.badPath, "There is no REQUEST_URI.")
        }
        let mark = uri.firstIndex(of: UInt8(ascii: "?"))
        let pathBytes = uri[..<(mark ?? uri.endIndex)]
        rawPath = String(decoding: pathBytes, as: UTF8.self)
        path = try Self.segments(pathBytes)
        query = try QueryItems(parsing: mark.map { uri[($0 + 1)...] } ?? [])
    }

    /// The id that nginx gave the request (`HTTP_X_REQUEST_ID`, else `REQUEST_ID`), if it is up
    /// to 128 letters, digits, `-`, `_` and `.`; else empty.
    package var requestID: String {
        guard
            let bytes = headers.bytes(of: "HTTP_X_REQUEST_ID") ?? headers.bytes(of: "REQUEST_ID"),
            bytes.count <= 128,
            bytes.allSatisfy({ Token.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E })
        else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The client's address as nginx saw it (`REMOTE_ADDR`); empty if it was not passed.
    package var remoteAddress: String { headers.variable("REMOTE_ADDR") ?? "" }

    /// The body's media type in lower case without parameters; empty if there is none.
    package var contentType: String {
        guard let bytes = headers.bytes(of: "CONTENT_TYPE") else { return "" }
        let type = bytes.prefix { $0 != UInt8(ascii: ";") }
        let text = type.filter { $0 != UInt8(ascii: " ") }
        return String(decoding: text, as: UTF8.self).lowercased()
    }

    /// The body read as an `application/x-www-form-urlencoded` form, whatever its type says.
    package func form() throws(RequestError) -> QueryItems {
        try QueryItems(parsing: body[...])
    }

    private static func method(_ headers: Headers) throws(RequestError) -> String {
        guard let bytes = headers.bytes(of: "REQUEST_METHOD"), !bytes.isEmpty, bytes.count <= 32,
            bytes.allSatisfy(Token.isTokenByte)
        else {
            throw RequestError(.badMethod, "REQUEST_METHOD is missing or not a method.")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func segments(_ path: ArraySlice<UInt8>) throws(RequestError) -> [String] {
        if path.elementsEqual([UInt8(ascii: "*")]) { return [] }
        guard path.first == UInt8(ascii: "/") else {
            throw RequestError(.badPath, "The path does not begin with a slash.")
        }
        var segments: [String] = []
        segments.reserveCapacity(6)
        let pieces = path.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for piece in pieces {
            guard let segment = Percent.decode(piece) else {
                throw RequestError(.badPath, "The path is not percent-encoded UTF-8 text.")
            }
            segments.append(segment)
        }
        while segments.last?.isEmpty == true { segments.removeLast() }
        return segments
    }
}
