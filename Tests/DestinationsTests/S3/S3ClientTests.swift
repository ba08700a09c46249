import BackupModel
import Destinations
import Foundation
import Testing

/// What a client learns from answers that only Amazon gives.
@Suite struct S3ClientTests {
    private func destination(
        _ transport: ScriptedTransport, region: String = ""
    ) throws -> S3Destination {
        try S3Destination(
            S3Location(
                bucket: "backups", prefix: "p", region: region, accessKey: "key",
                accessSecret: "secret", endpoint: nil, pathStyle: false, caFile: nil,
                serverSideEncryption: true, accelerated: false, throttle: 0), environment: [:],
            transport: transport)
    }

    private func error(_ code: String, _ more: String = "") -> String {
        "<Error><Code>\(code)</Code><Message>Why.</Message>\(more)</Error>"
    }

    private static let xml: HTTPFields = ["Content-Type": "application/xml"]

    @Test func `a region that the store names is taken, and kept`() async throws {
        let transport = ScriptedTransport { request, number in
            guard number > 0 else {
                return (
                    400, Self.xml,
                    self.error("AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>")
                )
            }
            return (200, ["ETag": "\"x\""], "")
        }
        let destination = try destination(transport)
        for name in ["a", "b"] {
            _ = try await destination.store(
                BytesSource([1]), as: name, expecting: ObjectContent(of: [1]))
        }
        #expect(
            transport.requests.map(\.url) == [
                "https://backups.s3.us-east-1.amazonaws.com/p/a",
                "https://backups.s3.eu-west-1.amazonaws.com/p/a",
                "https://backups.s3.eu-west-1.amazonaws.com/p/b",
            ])
        #expect(
            transport.requests[1].fields["Authorization"]?.contains("/eu-west-1/s3/") == true)
        #expect(transport.requests[1].fields["x-amz-server-side-encryption"] == "AES256")
        #expect(transport.requests[1].fields["If-None-Match"] == "*")
    }

    @Test func `HEAD without a reason asks for the region`() async throws {
        let transport = ScriptedTransport { request, number in
            switch (number, request.method) {
            case (0, .head): (400, [:], "")
            case (_, .get):
                (
                    301, ["Content-Type": "application/xml", "x-amz-bucket-region": "eu-north-1"],
                    self.error("PermanentRedirect")
                )
            default: (200, ["Content-Length": "7"], "")
            }
        }
        #expect(try await destination(transport).size(of: "a") == 7)
        #expect(
            transport.requests.last?.url == "https://backups.s3.eu-north-1.amazonaws.com/p/a")
    }

    @Test func `a temporary redirect is followed with a new signature`() async throws {
        let transport = ScriptedTransport { _, number in
            number == 0
                ? (307, ["Location": "https://backups.s3-eu-west-1.amazonaws.com/p/a"], "")
                : (200, [:], "x")
        }
        let body = try await destination(transport, region: "us-east-1").read("a")
        #expect(try await body.collect(upTo: 9, of: "a") == Array("x".utf8))
        #expect(transport.requests[1].url == "https://backups.s3-eu-west-1.amazonaws.com/p/a")
        #expect(transport.requests[1].fields["Host"] == "backups.s3-eu-west-1.amazonaws.com")
    }

    @Test func `a wrong clock is set by the store's`() async throws {
        let transport = ScriptedTransport { request, number in
            number == 0
                ? (
                    403,
                    [
                        "Content-Type": "application/xml",
                        "Date": "Tue, 01 Jan 2030 00:00:00 GMT",
                    ], self.error("RequestTimeTooSkewed")
                )
                : (200, ["Content-Length": "1"], "")
        }
        let destination = try destination(transport)
        _ = try await destination.read("a")
        #expect(transport.requests[1].fields["x-amz-date"]?.hasPrefix("20300101T0000") == true)
    }

    @Test func `a correction that corrects nothing is not tried for ever`() async throws {
        let transport = ScriptedTransport { _, number in
            (301, ["x-amz-bucket-region": "region-\(number)"], "")
        }
        await #expect(throws: DestinationError.self) {
            _ = try await destination(transport).size(of: "a")
        }
        #expect(transport.requests.count == 5)
    }

    @Test(
        arguments: [
            (404, "NoSuchKey", .notThere), (404, "NoSuchBucket", .notThere),
            (403, "AccessDenied", .denied), (403, "SignatureDoesNotMatch", .denied),
            (403, "InvalidAccessKeyId", .denied), (503, "SlowDown", .throttled),
            (500, "InternalError", .unreachable), (400, "RequestTimeout", .unreachable),
            (503, "ServiceUnavailable", .unreachable), (400, "BadDigest", .wrongHash),
            (400, "XAmzContentSHA256Mismatch", .wrongHash), (507, "Full", .noSpace),
            (403, "QuotaExceeded", .noSpace), (400, "InvalidBucketName", .misconfigured),
        ] as [(Int, String, DestinationError.Code)])
    func `the store's reason is told`(
        status: Int, code: String, expected: DestinationError.Code
    ) async throws {
        let transport = ScriptedTransport { _, _ in
            (status, ["Content-Type": "application/xml", "Retry-After": "3"], self.error(code))
        }
        let error = await #expect(throws: DestinationError.self) {
            _ = try await destination(transport).read("a")
        }
        #expect(error?.code == expected)
        #expect(error?.object == "a")
        #expect(error?.message.contains("\(code): Why.") == true)
        #expect(error?.message.contains("secret") == false)
        #expect(error?.retryAfter == .seconds(3))
    }

    @Test func `a store without conditions is asked before it is written to`() async throws {
        let transport = ScriptedTransport { request, _ in
            if request.fields["If-None-Match"] != nil {
                return (501, Self.xml, self.error("NotImplemented"))
            }
            return request.method == .head ? (404, [:], "") : (200, ["ETag": "\"x\""], "")
        }
        let destination = try destination(transport)
        for name in ["a", "b"] {
            let outcome = try await destination.store(
                BytesSource([1]), as: name, expecting: ObjectContent(of: [1]))
            #expect(outcome == .stored)
        }
        #expect(transport.requests.map(\.method) == [.put, .head, .put, .head, .put])
    }

    @Test func `ten thousand names are deleted with ten calls`() async throws {
        let transport = ScriptedTransport { _, _ in (200, Self.xml, "<DeleteResult/>") }
        try await destination(transport).delete((0..<10_000).map { "s/\($0)" })
        #expect(transport.requests.count == 10)
        #expect(transport.requests.allSatisfy { $0.fields["Content-MD5"] != nil })
    }

    @Test func `a deletion that failed for some names fails, and names one`() async throws {
        let transport = ScriptedTransport { _, _ in
            (
                200, Self.xml,
                """
                <DeleteResult><Error><Key>p/b</Key><Code>AccessDenied</Code><Message>No.</Message>\
                </Error><Error><Key>p/c</Key><Code>AccessDenied</Code></Error></DeleteResult>
                """
            )
        }
        let error = await #expect(throws: DestinationError.self) {
            try await destination(transport).delete(["a", "b", "c"])
        }
        #expect(error?.code == .denied)
        #expect(error?.object == "b")
        #expect(error?.message.contains("1 more") == true)
    }
}
