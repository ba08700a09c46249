/// Names of the keyspaces into which a restore drill restores: `<keyspace>_drill_<8 hex digits>`.
package enum DrillName {
    private static let mark = "_drill_"
    private static let digits = 8
    /// Cassandra's limit.
    private static let limit = 48

    /// A name for each keyspace.
    ///
    /// - Parameter id: of the drill; its first hex digits are in the names. A name that would be too
    ///   long is cut, and where two become the same by it, they are numbered.
    package static func names(for keyspaces: [String], id: String) -> [String: String] {
        let end = mark + String(id.lowercased().filter(\.isHexDigit).prefix(digits))
        var names: [String: String] = [:]
        var used: Set<String> = []
        for keyspace in keyspaces.sorted() {
            var name = String(keyspace.prefix(limit - end.utf8.count)) + end
            var number = 2
            while !used.insert(name).inserted {
                let counted = "_\(number)\(end)"
                name = String(keyspace.prefix(limit - counted.utf8.count)) + counted
                number += 1
            }
            names[keyspace] = name
        }
        return names
    }

    /// Whether a keyspace is a drill's by its name.
    package static func isOne(_ keyspace: String) -> Bool {
        guard TableName.isAcceptable(keyspace), keyspace.count > digits + mark.count else {
            return false
        }
        let end = keyspace.suffix(digits + mark.count)
        return end.hasPrefix(mark)
            && end.suffix(digits).allSatisfy { "0123456789abcdef".contains($0) }
    }
}
