import FoundationEssentials

/// The address of an account's blob service, and of what lies in it.
package struct AzureEndpoint: Sendable, Hashable {
    /// Scheme, host and port, such as `https://account.blob.core.windows.net`.
    package let origin: String
    /// What every path begins with: `/account` where the account is not in the host; else empty.
    package let root: String

    /// - Parameter endpoint: the base URL of another cloud, a gateway or an emulator; `nil` for
    ///   Azure's own. Where it has a path, or its host is an address, the account stands in the
    ///   path; else it is the first part of the host. Either way it need not be given.
    /// - Throws: `DestinationError` with code `misconfigured`.
    package init(account: String, endpoint: String?) throws {
        guard Self.isName(account, "") else {
            throw Self.misconfigured(account, "'\(account)' is not the name of a storage account")
        }
        let text = endpoint ?? "https://blob.core.windows.net"
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.percentEncodedHost?.lowercased(),
            !host.isEmpty, url.query == nil, url.fragment == nil, url.user == nil
        else {
            throw Self.misconfigured(
                text, "'\(text)' is not the address of a blob service, such as https://host")
        }
        let path = url.percentEncodedPath.trimmingSlashes
        let isNamed = host.hasPrefix(account + ".")
        guard !isNamed || path.isEmpty else {
            throw Self.misconfigured(
                text, "The endpoint \(text) is that of the account and can have no path")
        }
        let inPath = Self.isAddress(host) || !path.isEmpty
        let port = url.port.map { ":\($0)" } ?? ""
        origin = "\(scheme)://" + (inPath || isNamed ? "" : "\(account).") + host + port
        root = inPath ? Self.root(path, account) : ""
    }

    /// The path of a blob, or for `nil` of its container, encoded as a request line has it.
    package func path(container: String, blob: String? = nil) -> String {
        let name = blob.map { "/" + PercentEncoding.encode($0, keepingSlash: true) } ?? ""
        return "\(root)/\(PercentEncoding.encode(container))\(name)"
    }

    /// Whether a container can have the name.
    package static func isContainer(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count) && isName(name, "-")
    }

    private static func root(_ path: String, _ account: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        return "/" + (parts.last == account ? parts : parts + [account]).joined(separator: "/")
    }

    private static func isName(_ text: String, _ others: String) -> Bool {
        !text.isEmpty
            && text.allSatisfy {
                ("a"..."z").contains($0) || ("0"..."9").contains($0) || others.contains($0)
            }
    }

    private static func isAddress(_ host: String) -> Bool {
        host == "localhost" || host.contains(":")
            || host.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
    }

    private static func misconfigured(_ object: String, _ message: String) -> DestinationError {
        DestinationError(code: .misconfigured, object: object, message: message)
    }
}

extension String {
    fileprivate var trimmingSlashes: String {
        split(separator: "/").joined(separator: "/")
    }
}
