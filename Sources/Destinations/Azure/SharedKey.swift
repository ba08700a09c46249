import Crypto
package import FoundationEssentials

/// Shared Key: how a request proves to Azure Storage that it knows the account's key.
///
/// What is signed is written down in Microsoft's "Authorize with Shared Key", for versions of the
/// service from 2015-02-21 on. The body is not signed: that is what `Content-MD5` is for, which is.
package struct SharedKey: Sendable {
    /// Header fields that are signed with their values alone, in this order; an absent one is an
    /// empty line. `Date` and `Range` never have a value here: `x-ms-date` and `x-ms-range` are
    /// sent in their place, and those are signed with all that begin with `x-ms-`.
    private static let standard = [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type",
        "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ]

    private let account: String
    private let key: SymmetricKey

    /// - Parameter key: Base64, as Azure shows it.
    /// - Throws: `DestinationError` with code `misconfigured`; it does not show the key.
    package init(account: String, key: String) throws {
        guard let bytes = Data(base64Encoded: key), !bytes.isEmpty else {
            throw DestinationError(
                code: .misconfigured, object: account,
                message: "The key of the storage account \(account) is not Base64")
        }
        self.account = account
        self.key = SymmetricKey(data: bytes)
    }

    /// The header fields with the date and the signature.
    ///
    /// - Parameters:
    ///   - path: encoded, as it stands in the request line.
    ///   - query: not encoded.
    ///   - size: of the body, in bytes.
    package func signed(
        _ method: HTTPRequest.Method, path: String, query: [String: String], fields: HTTPFields,
        size: Int64, at date: Date
    ) -> HTTPFields {
        var fields = fields
        fields["x-ms-date"] = HTTPDate.rfc1123(date)
        let text = stringToSign(method, path: path, query: query, fields: fields, size: size)
        fields["Authorization"] = authorization(of: text)
        return fields
    }

    /// What is signed.
    package func stringToSign(
        _ method: HTTPRequest.Method, path: String, query: [String: String], fields: HTTPFields,
        size: Int64
    ) -> String {
        let standard = Self.standard.map { name in
            // A body of no bytes counts as no length.
            name == "Content-Length" ? (size == 0 ? "" : "\(size)") : fields[name] ?? ""
        }
        let lines = [method.rawValue] + standard + canonicalized(fields)
        return lines.joined(separator: "\n") + "\n" + resource(path, query)
    }

    private func authorization(of text: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
        return "SharedKey \(account):\(base64(code))"
    }

    /// The service's own fields, by name. (It ignores hyphens when it sorts, at first; that makes
    /// no difference between the names that are sent.)
    private func canonicalized(_ fields: HTTPFields) -> [String] {
        fields.all.map { ($0.name.lowercased(), $0.value) }
            .filter { $0.0.hasPrefix("x-ms-") }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0):\($0.1)" }
    }

    /// The account, the path, which where it holds the account names it twice, and the query.
    private func resource(_ path: String, _ query: [String: String]) -> String {
        let parameters = query.map { (name: $0.key.lowercased(), value: $0.value) }
            .sorted { $0.name < $1.name }
            .map { "\n\($0.name):\($0.value)" }
        return "/\(account)\(path)" + parameters.joined()
    }
}
