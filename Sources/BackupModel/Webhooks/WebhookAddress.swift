import FoundationEssentials

/// Where a webhook's messages are posted: over TLS, or to the executors' own machine.
package struct WebhookAddress: Sendable, Hashable {
    /// What a client may give, for messages.
    package static let accepted =
        "https://…, or http:// to 127.0.0.1, [::1] or localhost, without a user and a fragment"

    private static let longest = 2_000

    package let url: String

    /// - Returns: `nil` for what is no such address.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.fragment == nil,
            (1...65_535).contains(parts.port ?? 1)
        else { return nil }
        guard scheme == "https" || (scheme == "http" && Self.isLoopback(host)) else { return nil }
        url = text
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isOf127 = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return isOf127 || ["localhost", "::1", "[::1]"].contains(host)
    }
}
