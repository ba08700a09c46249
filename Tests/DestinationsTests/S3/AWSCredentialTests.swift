import Destinations
import Foundation
import Testing

@Suite struct AWSCredentialTests {
    private func keys(_ number: Int, expires: String) -> String {
        """
        {"Code": "Success", "AccessKeyId": "key\(number)", "SecretAccessKey": "secret\(number)",
         "Token": "token\(number)", "Expiration": "\(expires)"}
        """
    }

    @Test func `the destination's own keys come first, then the environment's`() throws {
        let environment = [
            "AWS_ACCESS_KEY_ID": "e", "AWS_SECRET_ACCESS_KEY": "f", "AWS_SESSION_TOKEN": "g",
        ]
        #expect(
            try AWSCredentialSource(accessKey: "a", accessSecret: "b", environment: environment)
                == .given(AWSCredentials(accessKey: "a", secretKey: "b")))
        #expect(
            try AWSCredentialSource(accessKey: "", accessSecret: "", environment: environment)
                == .given(AWSCredentials(accessKey: "e", secretKey: "f", sessionToken: "g")))
        #expect(
            try AWSCredentialSource(accessKey: "", accessSecret: "", environment: [:])
                == .instance(endpoint: "http://169.254.169.254"))
        #expect(
            try AWSCredentialSource(
                accessKey: "", accessSecret: "",
                environment: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"])
                == .container(
                    url: "http://169.254.170.2/v2/x", authorization: nil, authorizationFile: nil))
    }

    @Test func `a container's service may not be anywhere without TLS`() {
        #expect(throws: DestinationError.self) {
            try AWSCredentialSource(
                accessKey: "", accessSecret: "",
                environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/"])
        }
    }

    @Test func `an instance's keys are asked for with a token, and anew before they end`()
        async throws
    {
        let start = try #require(HTTPDate.parse("2026-01-01T00:00:00Z"))
        let metadata = ScriptedTransport { request, number in
            switch (request.method, request.url.split(separator: "/").last) {
            case (.put, "token"): (200, [:], "metadata-token")
            case (.get, "security-credentials"): (200, [:], "backup-role\n")
            default:
                (
                    200, [:],
                    self.keys(
                        number,
                        expires: number < 4
                            ? "2026-01-01T01:00:00Z"
                            : "2026-01-01T07:00:00Z")
                )
            }
        }
        let clock = TestClock(start)
        let provider = AWSCredentialProvider(
            try AWSCredentialSource(
                accessKey: "", accessSecret: "",
                environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1/"]),
            transport: metadata, now: { clock.now })
        let first = try await provider.current()
        #expect(first.accessKey == "key2")
        #expect(first.sessionToken == "token2")
        #expect(try await provider.current() == first)
        #expect(
            metadata.requests.map(\.url) == [
                "http://127.0.0.1:1/latest/api/token",
                "http://127.0.0.1:1/latest/meta-data/iam/security-credentials/",
                "http://127.0.0.1:1/latest/meta-data/iam/security-credentials/backup-role",
            ])
        #expect(metadata.requests[2].fields["X-aws-ec2-metadata-token"] == "metadata-token")
        clock.advance(3_400)
        #expect(try await provider.current().accessKey == "key5")
        let refused = try await provider.current()
        #expect(await provider.refuse(refused))
        #expect(try await provider.current().accessKey == "key8")
    }

    @Test func `keys are never described`() {
        let keys = AWSCredentials(
            accessKey: "a-key", secretKey: "a-secret", sessionToken: "a-token")
        for text in ["\(keys)", String(reflecting: keys)] {
            #expect(!text.contains("a-"))
        }
    }
}
