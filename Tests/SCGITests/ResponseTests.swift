import SCGI
import Testing

struct ResponseTests {
    private func bytes(_ response: Response) throws -> String {
        var all: [UInt8] = []
        try response.send { all += $0 }
        return String(decoding: all, as: UTF8.self)
    }

    @Test func `a response is status, headers, length, body`() throws {
        let response = Response.json([UInt8]("{}".utf8), headers: [("X-Request-ID", "7")])
        let expected =
            "Status: 200 OK\r\nContent-Type: application/json\r\nX-Request-ID: 7\r\n"
            + "Content-Length: 2\r\n\r\n{}"
        #expect(try bytes(response) == expected)
    }

    @Test func `a large body is written whole`() throws {
        let body = [UInt8](repeating: 65, count: 70_000)
        var writes = 0
        var count = 0
        try Response(status: 200, body: .bytes(body)).send {
            writes += 1
            count += $0.count
        }
        #expect(writes == 2)
        #expect(count == "Status: 200 OK\r\nContent-Length: 70000\r\n\r\n".utf8.count + 70_000)
    }

    @Test func `a streamed body follows a head without length`() throws {
        let response = Response(
            status: 404,
            body: .stream { write in
                try write([65])
                try write([66])
            })
        #expect(try bytes(response) == "Status: 404 Not Found\r\n\r\nAB")
    }

    @Test func `a streamed body that fails before its first piece leaves nothing written`() {
        var written = 0
        let failure = ResponseError(code: .badValue, object: "the source")
        #expect(throws: failure) {
            try Response(status: 200, body: .stream { _ in throw failure })
                .send { written += $0.count }
        }
        #expect(written == 0)
    }

    @Test func `a streamed body without a piece is the head alone`() throws {
        #expect(
            try bytes(Response(status: 200, body: .stream { _ in })) == "Status: 200 OK\r\n\r\n")
    }

    @Test(arguments: ["a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\0b", "\u{7F}"])
    func `a value that would be another header is refused before a byte is written`(
        value: String
    ) {
        var written = 0
        #expect(throws: ResponseError(code: .badValue, object: "X")) {
            try Response(status: 200, headers: [("X", value)]).send { written += $0.count }
        }
        #expect(written == 0)
    }

    @Test(arguments: ["", "a b", "a:", "a\r\n", "Status", "content-length", "é"])
    func `a name that is none is refused`(name: String) {
        #expect(throws: ResponseError(code: .badName, object: name)) {
            try Response(status: 200, headers: [(name, "1")]).head()
        }
    }

    @Test(arguments: [0, 99, 100, 199, 600, -1])
    func `a status that is none is refused`(status: Int) {
        #expect(throws: ResponseError(code: .badStatus, object: String(status))) {
            try Response(status: status).head()
        }
    }
}
