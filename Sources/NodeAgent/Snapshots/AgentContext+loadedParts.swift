import AgentProtocol
import BackupModel
import GRDB

extension AgentContext {
    /// What a restore has loaded on this node.
    func loadedParts(of stagingID: String) async throws -> [LoadedPart] {
        try await database.read { database in
            try LoadedTable.filter(Column("stagingID") == stagingID).fetchAll(database)
        }.map { mark in
            LoadedPart(
                host: try HostID(mark.hostID),
                table: TableName(keyspace: mark.keyspace, table: mark.tableName))
        }
    }
}
