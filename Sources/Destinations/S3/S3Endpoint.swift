package import BackupModel

/// The address of a bucket, by region and style.
package struct S3Endpoint: Sendable, Hashable {
    /// Of a bucket whose region nobody has told yet.
    package static let defaultRegion = "us-east-1"

    private let bucket: String
    private let pathStyle: Bool
    private let accelerated: Bool
    /// A store of the user's own.
    private let own: Base?

    private struct Base: Hashable {
        var scheme: String
        var authority: String
        /// Empty, or from its first slash on, without one at its end.
        var path: String
    }

    /// - Throws: `DestinationError` with code `misconfigured`.
    package init(_ location: S3Location) throws {
        bucket = location.bucket
        guard !bucket.isEmpty, !bucket.utf8.contains(UInt8(ascii: "/")) else {
            throw Self.misconfigured(bucket, "'\(bucket)' is not the name of a bucket")
        }
        own = try location.endpoint.map(Self.base)
        accelerated = location.accelerated && own == nil
        let host = own.map { Self.host($0.authority) } ?? ""
        // A bucket with dots in its name has no certificate as a host, an address no subdomains.
        let secure = own?.scheme ?? "https" == "https"
        pathStyle =
            location.pathStyle || Self.isAddress(host) || !Self.isHostLabel(bucket)
            || (secure && bucket.contains("."))
        guard !(accelerated && pathStyle) else {
            throw Self.misconfigured(
                bucket, "Transfer acceleration needs a bucket without dots in its name.")
        }
    }

    /// Where a key, or for `nil` the bucket itself, is in a region.
    package func target(key: String?, region: String) -> S3Target {
        let base = own ?? Self.amazon(region: region, accelerated: accelerated)
        let keyPath = key.map { "/" + PercentEncoding.encode($0, keepingSlash: true) } ?? ""
        if pathStyle {
            return S3Target(
                scheme: base.scheme, authority: base.authority,
                path: "\(base.path)/\(PercentEncoding.encode(bucket))\(keyPath)")
        }
        return S3Target(
            scheme: base.scheme, authority: "\(bucket).\(base.authority)",
            path: base.path + (keyPath.isEmpty ? "/" : keyPath))
    }

    private static func amazon(region: String, accelerated: Bool) -> Base {
        let suffix =
            switch region {
            case _ where region.hasPrefix("cn-"): "amazonaws.com.cn"
            case _ where region.hasPrefix("us-iso-"): "c2s.ic.gov"
            case _ where region.hasPrefix("us-isob-"): "sc2s.sgov.gov"
            case _ where region.hasPrefix("eusc-"): "amazonaws.eu"
            default: "amazonaws.com"
            }
        return Base(
            scheme: "https",
            authority: accelerated ? "s3-accelerate.\(suffix)" : "s3.\(region).\(suffix)",
            path: "")
    }

    private static func base(_ url: String) throws -> Base {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 3, ["http:", "https:"].contains(parts[0].lowercased()),
            parts[1].isEmpty, !host(parts[2]).isEmpty, !url.contains("?"), !url.contains("@")
        else {
            throw misconfigured(url, "'\(url)' is not the address of a store, such as https://host")
        }
        var path = parts.count > 3 ? "/" + parts[3] : ""
        while path.hasSuffix("/") { path.removeLast() }
        let scheme = String(parts[0].dropLast()).lowercased()
        // The scheme's own port is not in the field Host, so it must not be signed either.
        let port = scheme == "https" ? ":443" : ":80"
        let authority =
            parts[2].hasSuffix(port) ? String(parts[2].dropLast(port.count)) : parts[2]
        return Base(scheme: scheme, authority: authority.lowercased(), path: path)
    }

    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("[") { return authority }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isAddress(_ host: String) -> Bool {
        host.hasPrefix("[")
            || (!host.isEmpty && host.allSatisfy { $0 == "." || ("0"..."9").contains($0) })
    }

    private static func isHostLabel(_ bucket: String) -> Bool {
        (3...63).contains(bucket.utf8.count)
            && bucket.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }

    private static func misconfigured(_ object: String, _ message: String) -> DestinationError {
        DestinationError(code: .misconfigured, object: object, message: message)
    }
}
