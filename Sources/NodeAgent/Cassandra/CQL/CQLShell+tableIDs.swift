package import BackupModel

extension CQLShell {
    /// Cassandra's ids of all tables, 32 hex digits; for versions that have ids (2.1 and newer).
    func tableIDs() async throws -> [TableName: String] {
        do {
            return Self.tableIDs(
                in: try await execute(
                    "SELECT keyspace_name, table_name, id FROM system_schema.tables"))
        } catch let error as CQLError
            where error.code == .unknownKeyspace || error.code == .unknownTable
        {
            // Before 3.0.
            return Self.tableIDs(
                in: try await execute(
                    "SELECT keyspace_name, columnfamily_name, cf_id "
                        + "FROM system.schema_columnfamilies"))
        }
    }

    /// Reads the rows `keyspace | table | id` that cqlsh prints.
    package static func tableIDs(in text: String) -> [TableName: String] {
        text.split(separator: "\n").reduce(into: [:]) { ids, line in
            let cells = line.split(separator: "|").map { $0.trimmed }
            guard cells.count == 3 else { return }
            let id = cells[2].filter { $0 != "-" }
            guard id.count == 32, id.allSatisfy(\.isHexDigit) else { return }
            ids[TableName(keyspace: cells[0], table: cells[1])] = id.lowercased()
        }
    }
}
