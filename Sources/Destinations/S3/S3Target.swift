/// Where a request goes: one bucket or one key in it, at one address.
package struct S3Target: Sendable, Hashable {
    /// `http` or `https`.
    package var scheme: String
    /// Host, with the port where it is not the scheme's own.
    package var authority: String
    /// Encoded, as it is sent and signed.
    package var path: String

    package init(scheme: String, authority: String, path: String) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
    }

    /// The target that a redirect names; the query stays the request's own.
    ///
    /// - Returns: `nil` where it is no absolute URL or leaves TLS.
    package func redirected(to location: String) -> S3Target? {
        let whole = location.prefix { $0 != "?" }
        let parts = whole.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, !parts[2].isEmpty,
            parts[0] == "https:" || (parts[0] == "http:" && scheme == "http")
        else { return nil }
        return S3Target(
            scheme: String(parts[0].dropLast()), authority: String(parts[2]),
            path: "/" + (parts.count > 3 ? String(parts[3]) : ""))
    }

    /// The absolute URL.
    package func url(query: [(String, String)]) -> String {
        let text = SignatureV4.canonicalQuery(query)
        return "\(scheme)://\(authority)\(path)" + (text.isEmpty ? "" : "?\(text)")
    }
}
