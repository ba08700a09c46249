package import BackupModel

extension CQLShell {
    /// What tells each table, and each materialized view, from an earlier one of its name.
    ///
    /// - Parameter version: Cassandra's.
    func tableIdentities(
        of version: String
    ) async throws -> [TableName: TableIdentity] {
        let release = CassandraRelease(version)
        guard !release.hasTableIDs else {
            var ids = try await tableIDs()
            if release.hasViews {
                ids.merge(
                    Self.tableIDs(
                        in: try await execute(
                            "SELECT keyspace_name, view_name, id FROM system_schema.views"))
                ) { table, _ in table }
            }
            return ids.mapValues { TableIdentity($0) }
        }
        // What ALTER writes anew of a table is its row; of its columns only those that it changes.
        let columns = try await execute(
            "SELECT keyspace_name, columnfamily_name, WRITETIME(validator) "
                + "FROM system.schema_columns LIMIT 1000000")
        let tables = try await execute(
            "SELECT keyspace_name, columnfamily_name, WRITETIME(comparator) "
                + "FROM system.schema_columnfamilies LIMIT 1000000")
        return Self.firstWrites(in: tables).merging(Self.firstWrites(in: columns)) { _, column in
            column
        }
    }

    /// Of the rows `keyspace | table | microseconds` that cqlsh prints the earliest of each table.
    package static func firstWrites(in text: String) -> [TableName: TableIdentity] {
        var first: [TableName: Int64] = [:]
        for line in text.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmed }
            guard cells.count == 3, let made = Int64(cells[2]) else { continue }
            let table = TableName(keyspace: cells[0], table: cells[1])
            first[table] = min(first[table] ?? made, made)
        }
        return first.mapValues { TableIdentity(made: $0) }
    }
}
