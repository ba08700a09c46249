import SCGI
import Testing

struct RequestParserTests {
    private let uri = [
        ("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/a%20b/c%2Fd/?x=1+2&y=%C3%A9&z"),
    ]

    private func code(
        _ bytes: [UInt8], limits: RequestLimits = RequestLimits()
    ) -> RequestError.Code? {
        var parser = RequestParser(limits: limits)
        do {
            _ = try parser.consume(bytes)
            try parser.finish()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `the specification's own example is a request`() throws {
        let bytes =
            Array("70:CONTENT_LENGTH\u{0}27\u{0}SCGI\u{0}1\u{0}REQUEST_METHOD\u{0}POST\u{0}".utf8)
            + Array("REQUEST_URI\u{0}/deepthought\u{0},What is the answer to life?".utf8)
        var parser = RequestParser()
        let request = try #require(try parser.consume(bytes))
        #expect(request.method == "POST")
        #expect(request.path == ["deepthought"])
        #expect(request.body == Array("What is the answer to life?".utf8))
    }

    @Test func `method, path, query, headers and body come out decoded`() throws {
        let bytes = SCGIBytes.request(
            uri + [
                ("HTTP_X_REQUEST_ID", "abc-123"), ("REMOTE_ADDR", "10.0.0.9"),
                ("CONTENT_TYPE", "Application/JSON; charset=utf-8"),
                ("HTTP_AUTHORIZATION", "Bearer t"), ("EMPTY", ""),
            ], body: [1, 2, 0, 3])
        var parser = RequestParser()
        let request = try #require(try parser.consume(bytes))
        #expect(request.rawPath == "/a%20b/c%2Fd/")
        #expect(request.path == ["a b", "c/d"])
        #expect(request.query["x"] == "1 2")
        #expect(request.query["y"] == "é")
        #expect(request.query["z"] == "")
        #expect(request.query["w"] == nil)
        #expect(request.headers["authorization"] == "Bearer t")
        #expect(request.headers["Content-Type"] == "Application/JSON; charset=utf-8")
        #expect(request.headers.variable("EMPTY") == "")
        #expect(request.contentType == "application/json")
        #expect(request.requestID == "abc-123")
        #expect(request.remoteAddress == "10.0.0.9")
        #expect(request.body == [1, 2, 0, 3])
    }

    @Test func `every cut into two or three pieces gives the same request`() throws {
        let bytes = SCGIBytes.request(uri, body: Array("body, with a comma".utf8))
        for first in 0...bytes.count {
            for second in stride(from: first, through: bytes.count, by: 7) {
                var parser = RequestParser()
                var request: Request?
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    let result = try parser.consume(piece)
                    if let result { request = result }
                }
                #expect(request?.path == ["a b", "c/d"])
                #expect(request?.body == Array("body, with a comma".utf8))
            }
        }
    }

    @Test func `byte by byte it is whole at its last byte and not before`() throws {
        let bytes = SCGIBytes.request(uri, body: [7, 8])
        var parser = RequestParser()
        for byte in bytes.dropLast() { #expect(try parser.consume([byte]) == nil) }
        #expect(try parser.consume([bytes[bytes.count - 1]]) != nil)
    }

    @Test func `bytes after the body are not looked at`() throws {
        let bytes = SCGIBytes.request(uri, body: [7])
        var parser = RequestParser()
        let request = try #require(try parser.consume(bytes + bytes))
        #expect(request.body == [7])
        #expect(try parser.consume(bytes) == nil)
    }

    @Test(
        arguments: [
            (":", .badLength), ("a", .badLength), ("-5:", .badLength), ("+5:", .badLength),
            (" 5:", .badLength), ("05:", .badLength), ("00:", .badLength),
            ("0:,", .badContentLength),
            ("5 :", .badLength), ("99999999999999999999999999:", .headersTooLarge),
            ("65537:", .headersTooLarge), ("3", .truncated), ("3:a", .truncated),
            ("3:abc,", .badHeaders), ("2:\u{0}\u{0},", .badHeaders), ("2:a\u{0},", .badHeaders),
        ] as [(String, RequestError.Code)])
    func `what is no netstring of pairs is refused`(text: String, expected: RequestError.Code) {
        #expect(code(Array(text.utf8)) == expected)
    }

    @Test(arguments: ["", "-1", "+1", "01", "1 ", "0x1", "1.0", "١"])
    func `a CONTENT_LENGTH that is no plain number is refused`(value: String) {
        #expect(
            code(SCGIBytes.raw([("CONTENT_LENGTH", value), ("SCGI", "1")])) == .badContentLength)
    }

    @Test func `each rule of the specification has its own error`() {
        let first = [("SCGI", "1"), ("CONTENT_LENGTH", "0")]
        #expect(code(SCGIBytes.raw(first)) == .badContentLength)
        #expect(code(SCGIBytes.raw([("CONTENT_LENGTH", "0")])) == .notSCGI)
        #expect(code(SCGIBytes.raw([("CONTENT_LENGTH", "0"), ("SCGI", "2")])) == .notSCGI)
        #expect(code(SCGIBytes.request(uri + [("A", "1"), ("A", "1")])) == .duplicateHeader)
        var noComma = SCGIBytes.request(uri)
        noComma[noComma.count - 1] = UInt8(ascii: ";")
        #expect(code(noComma) == .missingComma)
        #expect(code(SCGIBytes.request([("REQUEST_URI", "/")])) == .badMethod)
        #expect(code(SCGIBytes.request([("REQUEST_METHOD", "GET")])) == .badPath)
        for path in ["x", "/%", "/%2", "/%zz", "/%ff", "/%00", ""] {
            let headers = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", path)]
            #expect(code(SCGIBytes.request(headers)) == .badPath, "\(path)")
        }
        for query in ["%", "a=%f", "a=%ff", "%00=1"] {
            let headers = [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/?\(query)")]
            #expect(code(SCGIBytes.request(headers)) == .badQuery, "\(query)")
        }
    }

    @Test func `limits hold to the byte`() throws {
        let bytes = SCGIBytes.request(uri, body: [1, 2, 3])
        let colon = try #require(bytes.firstIndex(of: UInt8(ascii: ":")))
        let block = bytes.count - 3 - 1 - colon - 1
        let fits = RequestLimits(headerBytes: block, headerCount: 4, bodyBytes: 3)
        #expect(code(bytes, limits: fits) == nil)
        var less = fits
        less.headerBytes -= 1
        #expect(code(bytes, limits: less) == .headersTooLarge)
        less = fits
        less.headerCount -= 1
        #expect(code(bytes, limits: less) == .tooManyHeaders)
        less = fits
        less.bodyBytes -= 1
        #expect(code(bytes, limits: less) == .bodyTooLarge)
        let huge = SCGIBytes.raw([
            ("CONTENT_LENGTH", "99999999999999999999999999999"), ("SCGI", "1"),
        ])
        #expect(code(huge) == .bodyTooLarge)
    }

    @Test func `a request id that is not one is empty`() throws {
        for id in ["a\r\nb", "a b", String(repeating: "a", count: 129), "é"] {
            var parser = RequestParser()
            let bytes = SCGIBytes.request(uri + [("HTTP_X_REQUEST_ID", id)])
            #expect(try parser.consume(bytes)?.requestID == "")
        }
    }
}
