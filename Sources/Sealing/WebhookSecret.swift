import Crypto
import FoundationEssentials

/// What a webhook's messages are signed with, as Standard Webhooks 1.0.0 has it: `whsec_` and 24 to
/// 64 bytes in base64.
package struct WebhookSecret: Sendable {
    /// What a client may give, for messages.
    package static let accepted = "whsec_ and 24 to 64 bytes in base64"

    private static let prefix = "whsec_"

    private let key: SymmetricKey

    /// - Returns: `nil` for what is no such secret.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix),
            let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(bytes.count)
        else { return nil }
        key = SymmetricKey(data: bytes)
    }

    private init(key: SymmetricKey) { self.key = key }

    /// One that nobody can guess, of 32 bytes.
    package static func random() -> WebhookSecret {
        WebhookSecret(key: SymmetricKey(size: .bits256))
    }

    /// The secret as its receiver has to know it.
    package var text: String {
        Self.prefix + key.withUnsafeBytes { Data($0) }.base64EncodedString()
    }

    /// The header `webhook-signature` of a message.
    ///
    /// - Parameters:
    ///   - id: the header `webhook-id`, in which there is no full stop.
    ///   - timestamp: the header `webhook-timestamp`: seconds since 1970, of this attempt.
    ///   - body: as it is sent, to the byte.
    package func signature(id: String, timestamp: Int64, body: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(id).\(timestamp).\(body)".utf8), using: key)
        return "v1,\(Data(code).base64EncodedString())"
    }
}
