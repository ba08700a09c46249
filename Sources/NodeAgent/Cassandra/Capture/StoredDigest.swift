/// What Cassandra noted of a Data.db when it wrote it.
package enum StoredDigest: Sendable, Hashable {
    /// `Digest.crc32`, since 3.0.
    case crc32(UInt32)
    /// `Digest.adler32`, in 2.1 and 2.2.
    case adler32(UInt32)
    /// `Digest.sha1`, before 2.1: 40 hex digits in lower case.
    case sha1(String)

    /// Names of the components that hold one, the best first.
    package static let components = ["Digest.crc32", "Digest.adler32", "Digest.sha1"]

    /// From the content of such a component: a decimal number, or hex digits and, mostly, the name
    /// that the file had then. `nil` where it is neither.
    package init?(component: String, content: String) {
        guard let first = content.words.first else { return nil }
        switch component {
        case "Digest.crc32":
            guard let value = UInt32(first) else { return nil }
            self = .crc32(value)
        case "Digest.adler32":
            guard let value = UInt32(first) else { return nil }
            self = .adler32(value)
        case "Digest.sha1":
            let hex = first.lowercased()
            guard hex.utf8.count == 40, hex.allSatisfy(\.isHexDigit) else { return nil }
            self = .sha1(hex)
        default:
            return nil
        }
    }
}
