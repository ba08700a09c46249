import BackupModel
import Destinations
import Testing

@Suite struct S3EndpointTests {
    private func location(
        _ bucket: String, endpoint: String? = nil, pathStyle: Bool = false,
        accelerated: Bool = false
    ) -> S3Location {
        S3Location(
            bucket: bucket, prefix: "", region: "", accessKey: "", accessSecret: "",
            endpoint: endpoint, pathStyle: pathStyle, caFile: nil, serverSideEncryption: false,
            accelerated: accelerated, throttle: 0)
    }

    private func url(_ location: S3Location, region: String = "us-east-1") throws -> String {
        try S3Endpoint(location).target(key: "a b/c", region: region).url(query: [])
    }

    @Test(arguments: [
        ("us-east-1", "https://backups.s3.us-east-1.amazonaws.com/a%20b/c"),
        ("eu-central-1", "https://backups.s3.eu-central-1.amazonaws.com/a%20b/c"),
        ("cn-north-1", "https://backups.s3.cn-north-1.amazonaws.com.cn/a%20b/c"),
        ("us-gov-west-1", "https://backups.s3.us-gov-west-1.amazonaws.com/a%20b/c"),
    ])
    func `Amazon's address follows the region`(region: String, expected: String) throws {
        #expect(try url(location("backups"), region: region) == expected)
    }

    @Test func `a bucket that cannot be a host is in the path`() throws {
        #expect(
            try url(location("my.backups"))
                == "https://s3.us-east-1.amazonaws.com/my.backups/a%20b/c")
        #expect(
            try url(location("backups", pathStyle: true))
                == "https://s3.us-east-1.amazonaws.com/backups/a%20b/c")
        #expect(
            try url(location("Backups_1", endpoint: "https://store.example"))
                == "https://store.example/Backups_1/a%20b/c")
    }

    @Test func `a store of one's own keeps its port, path and style`() throws {
        #expect(
            try url(location("backups", endpoint: "http://store.example:9000/"))
                == "http://backups.store.example:9000/a%20b/c")
        #expect(
            try url(location("backups", endpoint: "HTTPS://Store.example:443/s3/", pathStyle: true))
                == "https://store.example/s3/backups/a%20b/c")
        #expect(
            try url(location("backups", endpoint: "http://10.0.0.1:9000"))
                == "http://10.0.0.1:9000/backups/a%20b/c")
        #expect(
            try url(location("backups", endpoint: "http://[::1]:9000"))
                == "http://[::1]:9000/backups/a%20b/c")
    }

    @Test func `acceleration has an address without region`() throws {
        #expect(
            try url(location("backups", accelerated: true), region: "eu-west-1")
                == "https://backups.s3-accelerate.amazonaws.com/a%20b/c")
    }

    @Test(arguments: [
        "store.example", "ftp://store.example", "http://", "http://u:p@h", "http://h?q",
    ])
    func `what is no address is refused`(endpoint: String) {
        let error = #expect(throws: DestinationError.self) {
            try S3Endpoint(location("backups", endpoint: endpoint))
        }
        #expect(error?.code == .misconfigured)
    }

    @Test func `acceleration and dots do not go together`() {
        #expect(throws: DestinationError.self) {
            try S3Endpoint(location("my.backups", accelerated: true))
        }
    }

    @Test func `a redirect is followed, but not out of TLS`() {
        let target = S3Target(scheme: "https", authority: "b.s3.amazonaws.com", path: "/k")
        #expect(
            target.redirected(to: "https://b.s3.eu-west-1.amazonaws.com/k?x=1")
                == S3Target(
                    scheme: "https", authority: "b.s3.eu-west-1.amazonaws.com", path: "/k"))
        #expect(target.redirected(to: "http://elsewhere.example/k") == nil)
        #expect(target.redirected(to: "/k") == nil)
    }
}
