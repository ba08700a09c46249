import Destinations
import Foundation
import Testing

/// Amazon's published test suite (aws-sig-v4-test-suite), and the examples of "Authenticating
/// Requests: Using the Authorization Header" in the reference of S3.
@Suite struct SignatureV4Tests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var name: String
        var method = "GET"
        var path = "/"
        var query: [(String, String)] = []
        var fields: [(String, String)] = []
        var body = ""
        var signature: String

        var testDescription: String { name }
    }

    static let suite: [Vector] = [
        Vector(
            name: "get-vanilla",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            name: "get-vanilla-query-order-key-case",
            query: [("Param2", "value2"), ("Param1", "value1")],
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Vector(
            name: "get-vanilla-utf8-query", query: [("ሴ", "bar")],
            signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
        Vector(
            name: "get-unreserved",
            path: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
        Vector(
            name: "get-utf8", path: "/ሴ",
            signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        Vector(
            name: "get-space", path: "/example space/",
            signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
        Vector(
            name: "get-header-key-duplicate",
            fields: [
                ("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1"),
            ],
            signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
        Vector(
            name: "get-header-value-order",
            fields: [
                ("My-Header1", "value4"), ("My-Header1", "value1"), ("My-Header1", "value3"),
                ("My-Header1", "value2"),
            ],
            signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
        Vector(
            name: "get-header-value-trim",
            fields: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        Vector(
            name: "get-header-value-multiline",
            fields: [("My-Header1", "value1\n  value2\n     value3")],
            signature: "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"),
        Vector(
            name: "post-vanilla", method: "POST",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Vector(
            name: "post-vanilla-query", method: "POST", query: [("Param1", "value1")],
            signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
        Vector(
            name: "post-x-www-form-urlencoded", method: "POST",
            fields: [("Content-Type", "application/x-www-form-urlencoded")], body: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    ]

    @Test(arguments: suite)
    func `the published test suite is signed as published`(vector: Vector) throws {
        let signature = SignatureV4(
            credentials: AWSCredentials(
                accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1", service: "service",
            at: try #require(HTTPDate.parse("20150830T123600Z")))
        var fields: HTTPFields = [
            "Host": "example.amazonaws.com", "X-Amz-Date": "20150830T123600Z",
        ]
        for (name, value) in vector.fields { fields.add(name, value) }
        let canonical = signature.canonicalRequest(
            vector.method, path: PercentEncoding.encode(vector.path, keepingSlash: true),
            query: vector.query, fields: fields,
            hash: ObjectContent(of: Array(vector.body.utf8)).sha256)
        let authorization = signature.authorization(canonical: canonical, fields: fields)
        #expect(authorization.hasSuffix("Signature=\(vector.signature)"))
        #expect(
            authorization.hasPrefix(
                "AWS4-HMAC-SHA256 "
                    + "Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                    + "SignedHeaders="))
    }

    static let examples: [Vector] = [
        Vector(
            name: "GET Object", path: "/test.txt", fields: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Vector(
            name: "PUT Object", method: "PUT", path: "/test$file.text",
            fields: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], body: "Welcome to Amazon S3.",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Vector(
            name: "GET Bucket Lifecycle", query: [("lifecycle", "")],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Vector(
            name: "List Objects", query: [("max-keys", "2"), ("prefix", "J")],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test(arguments: examples)
    func `the examples of S3 are signed as published`(vector: Vector) throws {
        let signature = SignatureV4(
            credentials: AWSCredentials(
                accessKey: "AKIAIOSFODNN7EXAMPLE",
                secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), region: "us-east-1",
            at: try #require(HTTPDate.parse("Fri, 24 May 2013 00:00:00 GMT")))
        var fields: HTTPFields = ["Host": "examplebucket.s3.amazonaws.com"]
        for (name, value) in vector.fields { fields.add(name, value) }
        let signed = signature.signed(
            vector.method, path: PercentEncoding.encode(vector.path, keepingSlash: true),
            query: vector.query, fields: fields,
            hash: ObjectContent(of: Array(vector.body.utf8)).sha256)
        #expect(signed["Authorization"]?.hasSuffix("Signature=\(vector.signature)") == true)
    }

    @Test func `a session's token is sent and signed`() throws {
        let signed = SignatureV4(
            credentials: AWSCredentials(accessKey: "a", secretKey: "b", sessionToken: "token"),
            region: "eu-central-1", at: Date()
        ).signed("GET", path: "/", query: [], fields: ["Host": "h"], hash: SignatureV4.emptyHash)
        #expect(signed["x-amz-security-token"] == "token")
        #expect(
            signed["Authorization"]?.contains(
                "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token") == true)
    }
}
