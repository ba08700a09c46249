/// One response: a status, headers, and a body that is there or is written piece by piece.
package struct Response {
    /// The body.
    package enum Body {
        /// All of it; the head tells its length.
        case bytes([UInt8])
        /// Written as it comes, with the function given; the head tells no length.
        case stream((_ write: ([UInt8]) throws -> Void) throws -> Void)
    }

    /// A status between 200 and 599.
    package var status: Int
    /// Names and values in the order they are written. `Status` and `Content-Length` are written
    /// by the response itself.
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(
        status: Int, headers: [(name: String, value: String)] = [], body: Body = .bytes([])
    ) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response with a body of `application/json`.
    package static func json(
        status: Int = 200, _ body: [UInt8], headers: [(name: String, value: String)] = []
    ) -> Response {
        Response(
            status: status, headers: [("Content-Type", "application/json")] + headers,
            body: .bytes(body))
    }

    /// The head, up to and with the empty line.
    ///
    /// - Throws: ``ResponseError`` when a header would inject another (CR, LF or any other
    ///   control character), before a byte is written.
    package func head() throws(ResponseError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        try appendHead(to: &bytes)
        return bytes
    }

    /// Writes the whole response with the function given: in one call when the body is there and
    /// small, in two when it is large, else each piece, the first with the head before it. What
    /// a streamed body throws before its first piece leaves nothing written.
    package func send(_ write: ([UInt8]) throws -> Void) throws {
        switch body {
        case .bytes(let body) where body.count <= 65_536:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(256 + body.count)
            try appendHead(to: &bytes)
            bytes.append(contentsOf: body)
            try write(bytes)
        case .bytes(let body):
            try write(try head())
            try write(body)
        case .stream(let produce):
            var unsent = try head()
            try produce { piece in
                if unsent.isEmpty { return try write(piece) }
                let first = unsent + piece
                unsent = []
                try write(first)
            }
            if !unsent.isEmpty { try write(unsent) }
        }
    }

    private func appendHead(to bytes: inout [UInt8]) throws(ResponseError) {
        guard (200...599).contains(status) else {
            throw ResponseError(code: .badStatus, object: String(status))
        }
        bytes.append(contentsOf: "Status: ".utf8)
        bytes.append(contentsOf: String(status).utf8)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: StatusReason.phrase(for: status).utf8)
        bytes.append(contentsOf: "\r\n".utf8)
        for (name, value) in headers {
            try Self.check(name: name, value: value)
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: ": ".utf8)
            bytes.append(contentsOf: value.utf8)
            bytes.append(contentsOf: "\r\n".utf8)
        }
        if case .bytes(let body) = body {
            bytes.append(contentsOf: "Content-Length: ".utf8)
            bytes.append(contentsOf: String(body.count).utf8)
            bytes.append(contentsOf: "\r\n".utf8)
        }
        bytes.append(contentsOf: "\r\n".utf8)
    }

    private static func check(name: String, value: String) throws(ResponseError) {
        let lowered = name.lowercased()
        guard !name.isEmpty, name.utf8.allSatisfy(Token.isTokenByte),
            lowered != "status", lowered != "content-length"
        else {
            throw ResponseError(code: .badName, object: name)
        }
        guard value.utf8.allSatisfy(Token.isValueByte) else {
            throw ResponseError(code: .badValue, object: name)
        }
    }
}
