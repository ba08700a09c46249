/// SCGI requests as bytes.
enum SCGIBytes {
    /// A whole request with these headers, `CONTENT_LENGTH` and `SCGI` put before them.
    static func request(
        _ headers: [(String, String)] = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/")],
        body: [UInt8] = []
    ) -> [UInt8] {
        raw([("CONTENT_LENGTH", String(body.count)), ("SCGI", "1")] + headers, body: body)
    }

    /// Exactly these headers.
    static func raw(_ headers: [(String, String)], body: [UInt8] = []) -> [UInt8] {
        var block: [UInt8] = []
        for (name, value) in headers {
            block += Array(name.utf8) + [0] + Array(value.utf8) + [0]
        }
        return Array("\(block.count):".utf8) + block + [UInt8(ascii: ",")] + body
    }
}
