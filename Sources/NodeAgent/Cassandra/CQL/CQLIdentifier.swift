/// Names as CQL writes them.
package enum CQLIdentifier {
    /// The name as it must stand in a statement: bare where CQL reads it back unchanged, else in
    /// double quotes with every inner quote doubled.
    package static func quoted(_ name: String) -> String {
        let bare =
            name.utf8.first.map { isLower($0) } == true
            && name.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
            && !reserved.contains(name)
        return bare ? name : "\"" + name.replacing("\"", with: "\"\"") + "\""
    }

    /// The name that an identifier of a statement stands for.
    package static func name(of identifier: some StringProtocol) -> String {
        guard identifier.hasPrefix("\""), identifier.hasSuffix("\""), identifier.count >= 2 else {
            return identifier.lowercased()
        }
        return String(identifier.dropFirst().dropLast()).replacing("\"\"", with: "\"")
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Reserved words of any version: quoting one that a version does not reserve does no harm.
    private static let reserved: Set<String> = [
        "add", "allow", "alter", "and", "any", "apply", "asc", "authorize", "batch", "begin", "by",
        "columnfamily", "create", "default", "delete", "desc", "describe", "drop", "each_quorum",
        "entries", "execute", "from", "full", "grant", "if", "in", "index", "inet", "infinity",
        "insert", "into", "is", "keyspace", "keyspaces", "limit", "local_one", "local_quorum",
        "materialized", "mbean", "mbeans", "modify", "nan", "norecursive", "not", "null", "of",
        "on", "one", "or", "order", "partition", "password", "per", "primary", "quorum", "rename",
        "replace", "revoke", "schema", "select", "set", "table", "three", "to", "token",
        "truncate", "two", "unlogged", "unset", "update", "use", "using", "view", "where", "with",
    ]
}
