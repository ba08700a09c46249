package import FoundationEssentials

/// Keys of Amazon's or of a store that speaks its protocol. They never appear in a description.
package struct AWSCredentials: Sendable, Hashable, CustomStringConvertible,
    CustomDebugStringConvertible
{
    package var accessKey: String
    package var secretKey: String
    /// Of keys that were lent for a time.
    package var sessionToken: String?
    /// When they end; `nil`: never.
    package var expires: Date?

    package init(
        accessKey: String, secretKey: String, sessionToken: String? = nil, expires: Date? = nil
    ) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
        self.expires = expires
    }

    package var description: String { "AWS credentials" }
    package var debugDescription: String { description }
}
