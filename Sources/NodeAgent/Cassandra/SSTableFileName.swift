/// The name of a file of an SSTable, of either family:
/// `<keyspace>-<table>[.<index>]-<version>-<generation>-<component>` before 2.2,
/// `<version>-<generation>-<format>-<component>` since.
package struct SSTableFileName: Hashable, Sendable {
    /// All of the name before the component: what the files of one SSTable share.
    package var descriptor: String
    /// Two lower-case letters, such as `ia`, `mc`, `nb`, `da`.
    package var version: String
    /// Such as `Data.db`, `TOC.txt`, `Digest.crc32`.
    package var component: String
    /// Whether it belongs to a classic secondary index, which Cassandra rebuilds by itself.
    package var isIndex: Bool

    /// `nil` for what is no complete SSTable's file: `manifest.json`, `schema.cql`, temporary files.
    package init?(_ name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count >= 4, Self.isVersion(parts[0]), ["big", "bti"].contains(parts[2]) {
            component = parts[3...].joined(separator: "-")
            version = String(parts[0])
            isIndex = false
        } else if parts.count >= 5, Self.isVersion(parts[parts.count - 3]),
            parts[parts.count - 2].allSatisfy(\.isNumber)
        {
            guard !parts.contains("tmp"), !parts.contains("tmplink") else { return nil }
            component = String(parts[parts.count - 1])
            version = String(parts[parts.count - 3])
            isIndex = parts[1..<(parts.count - 3)].contains { $0.contains(".") }
        } else {
            return nil
        }
        guard component.contains("."), !component.hasSuffix(".tmp") else { return nil }
        descriptor = String(name.dropLast(component.count + 1))
    }

    /// The name of another component of the same SSTable.
    package func sibling(_ component: String) -> String { "\(descriptor)-\(component)" }

    private static func isVersion(_ text: Substring) -> Bool {
        text.utf8.count == 2
            && text.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }
}
