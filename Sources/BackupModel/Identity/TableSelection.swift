/// Which tables a backup or a restore is about.
///
/// A keyspace that is not named is left out; no keyspace named means all but the node-local system
/// ones. Under a keyspace, no table named means all of its tables.
package struct TableSelection: Hashable, Sendable, Codable {
    /// Keyspace → its tables; an empty list stands for all tables. Empty: every keyspace.
    package var keyspaces: [String: [String]]

    package init(keyspaces: [String: [String]] = [:]) {
        self.keyspaces = keyspaces
    }

    /// Every keyspace but the node-local system ones.
    package static let everything = TableSelection()

    /// Keyspaces that describe one node or hold data that Cassandra rebuilds by itself; they are
    /// neither backed up nor restored unless they are named.
    package static let nodeLocalKeyspaces: Set<String> = [
        "system", "system_schema", "system_views", "system_virtual_schema", "system_traces",
        "system_backups", "dse_system_local",
    ]

    /// Whether the table is meant.
    package func contains(_ name: TableName) -> Bool {
        if keyspaces.isEmpty { return !Self.nodeLocalKeyspaces.contains(name.keyspace) }
        guard let tables = keyspaces[name.keyspace] else { return false }
        return tables.isEmpty || tables.contains(name.table)
    }

    /// Whether any table of the keyspace is meant.
    package func contains(keyspace: String) -> Bool {
        if keyspaces.isEmpty { return !Self.nodeLocalKeyspaces.contains(keyspace) }
        return keyspaces[keyspace] != nil
    }
}
