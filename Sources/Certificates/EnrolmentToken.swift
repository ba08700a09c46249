package import Sealing

/// What an operator hands to a new agent: a secret that opens the cluster once, and by what the
/// agent knows the authority. So neither the API nor anybody on the way can give it another one.
///
/// Its text is `<secret>.<fingerprint>`.
package struct EnrolmentToken: Sendable {
    package let secret: SecretToken
    /// `nil` for an agent without TLS.
    package let authority: String?

    package init(secret: SecretToken, authority: String?) {
        self.secret = secret
        self.authority = authority
    }

    /// Reads a token's text.
    package init(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        secret = SecretToken(parts.first ?? "")
        authority = parts.count == 2 ? parts[1] : nil
    }

    package var text: String {
        authority.map { "\(secret.text).\($0)" } ?? secret.text
    }
}
