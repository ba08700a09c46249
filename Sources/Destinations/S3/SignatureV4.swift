import Crypto
package import FoundationEssentials

/// AWS Signature Version 4 of requests whose content's hash is known, in the header.
///
/// Paths are taken as they are sent: for S3 nothing is encoded twice and no part is left out.
package struct SignatureV4: Sendable {
    /// SHA-256 of nothing.
    package static let emptyHash = hexadecimal(SHA256.hash(data: [UInt8]()))

    private let credentials: AWSCredentials
    private let region: String
    private let service: String
    private let time: String

    package init(
        credentials: AWSCredentials, region: String, service: String = "s3", at date: Date
    ) {
        self.credentials = credentials
        self.region = region
        self.service = service
        time = HTTPDate.basicISO8601(date)
    }

    /// The fields of a request with what S3 wants in them, `Authorization` last.
    ///
    /// - Parameters:
    ///   - method: such as `GET`.
    ///   - path: encoded, as it is sent.
    ///   - query: not encoded.
    ///   - fields: `Host` among them; all of them are signed.
    ///   - hash: SHA-256 of the content, in hex.
    package func signed(
        _ method: String, path: String, query: [(String, String)], fields: HTTPFields, hash: String
    ) -> HTTPFields {
        var fields = fields
        fields["x-amz-date"] = time
        fields["x-amz-content-sha256"] = hash
        if let token = credentials.sessionToken { fields["x-amz-security-token"] = token }
        fields["Authorization"] = authorization(
            canonical: canonicalRequest(
                method, path: path, query: query, fields: fields, hash: hash),
            fields: fields)
        return fields
    }

    /// The request in the one form in which both sides hash it.
    package func canonicalRequest(
        _ method: String, path: String, query: [(String, String)], fields: HTTPFields, hash: String
    ) -> String {
        let values = Dictionary(grouping: fields.all) { $0.name.lowercased() }
            .mapValues { $0.map { Self.trimmed($0.value) }.joined(separator: ",") }
        let lines = values.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)\n" }
        return [
            method, path, Self.canonicalQuery(query), lines.joined(), Self.signedNames(fields),
            hash,
        ].joined(separator: "\n")
    }

    /// The query as it is signed and sent: encoded, in order.
    package static func canonicalQuery(_ query: [(String, String)]) -> String {
        query.map { (PercentEncoding.encode($0), PercentEncoding.encode($1)) }
            .sorted { $0 < $1 }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    /// The value of the field `Authorization`.
    package func authorization(canonical: String, fields: HTTPFields) -> String {
        let scope = "\(time.prefix(8))/\(region)/\(service)/aws4_request"
        let toSign = [
            "AWS4-HMAC-SHA256", time, scope, hexadecimal(SHA256.hash(data: Array(canonical.utf8))),
        ].joined(separator: "\n")
        let signature = hexadecimal(Self.code(toSign, key: signingKey))
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope), "
            + "SignedHeaders=\(Self.signedNames(fields)), Signature=\(signature)"
    }

    private var signingKey: [UInt8] {
        [String(time.prefix(8)), region, service, "aws4_request"]
            .reduce(Array("AWS4\(credentials.secretKey)".utf8)) { Self.code($1, key: $0) }
    }

    private static func code(_ text: String, key: [UInt8]) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    private static func signedNames(_ fields: HTTPFields) -> String {
        Set(fields.all.map { $0.name.lowercased() }).sorted().joined(separator: ";")
    }

    /// Without white space at the ends, and with single spaces between.
    private static func trimmed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
    }
}
