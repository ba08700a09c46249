import Foundation
import Prefork
import Testing

@Suite(.serialized, .enabled(if: NginxUnderTest.isInstalled, "skipped: nginx is not installed"))
struct NginxTests {
    /// The members of an error body, checked to be the contract's three.
    private func errorType(_ answer: HTTPClient.Answer) throws -> String {
        let decoded = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
        let error = try #require(decoded as? [String: String])
        #expect(Set(error.keys) == ["brief", "type", "message"])
        #expect(error["brief"] == "error")
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.headers["x-request-id"]?.count == 32)
        return try #require(error["type"])
    }

    @Test func `HUP and USR2 under load through nginx: no request fails`() throws {
        let service = try ServiceUnderTest(.init(workers: 3))
        let nginx = try NginxUnderTest(before: service.socket)
        let client = HTTPClient(port: nginx.port)
        let load = Load { try client.get("/").status }
        for number in [SIGHUP, SIGUSR2, SIGHUP, SIGUSR2] {
            let before = service.workers
            if number == SIGUSR2 { try service.replaceBinary() }
            service.signal(number)
            try service.waitUntil("new workers") {
                service.workers.count == 3 && service.workers.isDisjoint(with: before)
            }
            let answered = load.answered
            try service.waitUntil("answers") { load.answered > answered + 100 }
        }
        #expect(load.end() == [])
        #expect(ServiceUnderTest.isAlive(service.pid))
    }

    @Test func `a request reaches the worker as the client sent it`() throws {
        let service = try ServiceUnderTest()
        let nginx = try NginxUnderTest(before: service.socket)
        #expect(try nginx.get("/path/a%2Fb//c%20d/?q=1%2B1").body == "path|a/b||c d?1+1")
        let id = try nginx.get("/id", headers: ["X-Request-ID: forged"])
        #expect(id.body.count == 32)
        #expect(id.headers["x-request-id"] == id.body)
        let client = HTTPClient(port: nginx.port)
        #expect(try client.exchange("POST /echo HTTP/1.1", body: "a body").body == "a body")
        let chunked =
            "PUT /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        #expect(try client.exchange(raw: chunked).body == "abcde")
    }

    @Test func `a header that comes twice does no harm`() throws {
        let service = try ServiceUnderTest()
        let nginx = try NginxUnderTest(before: service.socket)
        let headers = [
            "Accept: a/b", "Accept: c/d", "X-Forwarded-For: 1.2.3.4", "X-A: 1", "X-A: 2",
        ]
        let answer = try nginx.get("/who", headers: headers)
        #expect(answer.status == 200)
        #expect(answer.body == "127.0.0.1")
    }

    @Test func `nginx's own errors have the API's form`() throws {
        let service = try ServiceUnderTest()
        let nginx = try NginxUnderTest(before: service.socket)
        let client = HTTPClient(port: nginx.port)
        let long = String(repeating: "a", count: 9_000)
        let cases: [(Int, String, () throws -> HTTPClient.Answer)] = [
            (400, "InvalidArguments", { try client.exchange(raw: "GET / HTTP/1.1\r\n\r\n") }),
            (400, "InvalidArguments", { try nginx.get("/%00") }),
            (400, "InvalidArguments", { try nginx.get("/../..") }),
            (404, "ResourceNotFound", { try nginx.get("/_errors/500") }),
            (405, "MethodNotAllowed", { try client.exchange("PATCH / HTTP/1.1") }),
            (405, "MethodNotAllowed", { try client.exchange("TRACE / HTTP/1.1") }),
            (414, "InvalidArguments", { try nginx.get("/" + long) }),
            (431, "InvalidArguments", { try nginx.get("/", headers: ["X-A: " + long]) }),
            (
                413, "PayloadTooLarge",
                {
                    try client.exchange(
                        "POST / HTTP/1.1", body: String(repeating: "a", count: 1_048_577))
                }
            ),
        ]
        for (status, type, exchange) in cases {
            let answer = try exchange()
            #expect(answer.status == status)
            #expect(try errorType(answer) == type, "\(status)")
            #expect((answer.headers["allow"] != nil) == (status == 405))
        }
        let whole = try client.exchange(
            "POST /echo HTTP/1.1", body: String(repeating: "a", count: 1_048_576))
        #expect(whole.body.utf8.count == 1_048_576)
        service.signal(SIGTERM)
        _ = try service.waitForExit()
        let gone = try nginx.get("/")
        #expect(gone.status == 503)
        #expect(try errorType(gone) == "ServiceUnavailable")
        #expect(gone.headers["retry-after"] == "5")
    }

    @Test func `a query string is in no log, whatever becomes of the request`() throws {
        let service = try ServiceUnderTest()
        let nginx = try NginxUnderTest(before: service.socket)
        let long = String(repeating: "a", count: 9_000)
        let login = "/login?username=u&password=s3cret"
        #expect(try nginx.get(login).status == 200)
        #expect(try nginx.get(login + long).status == 414)
        #expect(try nginx.get("/%00" + login).status == 400)
        #expect(try nginx.get(login, headers: ["X-A: \(long)"]).status == 431)
        let referer = ["Referer: http://h/?password=s3cret"]
        #expect(try nginx.get(login, headers: referer).status == 200)
        service.signal(SIGTERM)
        _ = try service.waitForExit()
        #expect(try nginx.get(login).status == 503)
        try service.waitUntil("the log") { try nginx.logs().contains(#""status":503"#) }
        let logs = try nginx.logs()
        #expect(logs.contains(#""path":"/login""#))
        #expect(!logs.contains("s3cret"))
        for line in logs.split(separator: "\n") where line.hasPrefix("{") {
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(line.utf8))
            }
        }
    }

    @Test func `behind a proxy the client's address counts, and too many requests are refused`()
        throws
    {
        let service = try ServiceUnderTest()
        let nginx = try NginxUnderTest(
            before: service.socket,
            proxies: "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;")
        let headers = ["X-Forwarded-For: 203.0.113.9"]
        #expect(try nginx.get("/who", headers: headers).body == "203.0.113.9")
        let line = "GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n"
        let many = String(repeating: line + "\r\n", count: 1_500)
        let answers = try HTTPClient(port: nginx.port)
            .exchange(raw: many + line + "Connection: close\r\n\r\n").body
        #expect(answers.contains("HTTP/1.1 429"))
        #expect(answers.contains("Retry-After: 1\r\n"))
        #expect(answers.contains(#"{"brief":"error","type":"TooManyRequests","#))
        #expect(try nginx.get("/who", headers: ["X-Forwarded-For: 203.0.113.8"]).status == 200)
    }

    @Test func `metrics are kept from the outside, but for whom metrics.conf names`() throws {
        let service = try ServiceUnderTest()
        let nginx = try NginxUnderTest(
            before: service.socket,
            proxies: "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;",
            scrapers: "allow 203.0.113.7;")
        let outside = ["X-Forwarded-For: 203.0.113.9"]
        for path in [
            "/metrics", "/metrics?x=1", "//metrics", "/metrics/", "/%6detrics", "/./metrics",
        ] {
            let answer = try nginx.get(path, headers: outside)
            #expect(answer.status == 403, "\(path)")
            #expect(answer.body.contains(#""type":"NotAuthorized""#), "\(path)")
            #expect(try nginx.get(path).status != 403, "\(path)")
        }
        #expect(try nginx.get("/metrics/x", headers: outside).status != 403)
        #expect(try nginx.get("/metrics", headers: ["X-Forwarded-For: 203.0.113.7"]).status != 403)
    }
}
