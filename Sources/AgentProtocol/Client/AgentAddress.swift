import Foundation

/// Where an agent listens, as its URL says: `https://10.0.0.1:8461`, or `http://` on this machine.
package struct AgentAddress: Hashable, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let isSecure: Bool

    /// - Throws: `OperationFailure` of code `denied` for a URL without TLS that leaves the machine.
    package init(url: String) throws {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            let port = parts.port, let scheme = parts.scheme, ["http", "https"].contains(scheme)
        else {
            throw OperationFailure(
                code: .invalid, object: url, message: "The agent's URL '\(url)' is none.")
        }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw OperationFailure(
                code: .denied, object: url,
                message: "The agent at \(url) is reached without TLS, and not on this machine.")
        }
        self.host = host
        self.port = port
        isSecure = scheme == "https"
    }

    /// Whether what is sent there stays on the machine.
    package static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isOf127 = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || isOf127
    }

    package var description: String { "\(isSecure ? "https" : "http")://\(host):\(port)" }
}
