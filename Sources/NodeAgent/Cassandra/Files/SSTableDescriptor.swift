/// What names one SSTable among the files of its folder: all of a file's name but the component.
package struct SSTableDescriptor: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The beginning that all its files share, up to and without the last dash, such as `nb-1-big`,
    /// `da-3h5r_0z07_1sq8w247bs403p5z1x-bti` or `app-users-ia-1`.
    package var prefix: String
    /// The format's version, such as `ia`, `mc`, `nb` or `da`.
    package var version: String
    /// A number, or a time-ordered id of newer versions.
    package var generation: String
    /// `big` or `bti`; versions before 2.2 do not say it and have `big`.
    package var format: String
    /// Keyspace and table, which versions before 2.2 put into the name.
    package var table: (keyspace: String, table: String)? {
        let parts = prefix.split(separator: "-", omittingEmptySubsequences: false)
        return isLegacyName && parts.count == 4 ? (String(parts[0]), String(parts[1])) : nil
    }
    /// The name begins with keyspace and table.
    package var isLegacyName: Bool

    package init(
        prefix: String, version: String, generation: String, format: String, isLegacyName: Bool
    ) {
        self.prefix = prefix
        self.version = version
        self.generation = generation
        self.format = format
        self.isLegacyName = isLegacyName
    }

    package func fileName(of component: String) -> String { "\(prefix)-\(component)" }

    package static func < (left: SSTableDescriptor, right: SSTableDescriptor) -> Bool {
        if let first = Int(left.generation), let second = Int(right.generation), first != second {
            return first < second
        }
        return left.prefix < right.prefix
    }

    package var description: String { prefix }
}
