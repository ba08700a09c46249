package import AgentProtocol
import BackupModel
import GRDB

extension ForgetLoaded: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        try await withdrawPlaced(in: context)
        try await context.database.write { database in
            for table in tables {
                try LoadedTable
                    .filter(Column("stagingID") == stagingID)
                    .filter(Column("keyspace") == table.keyspace)
                    .filter(Column("tableName") == table.table)
                    .deleteAll(database)
            }
        }
        return NoResult()
    }

    /// Files that were put in place and not taken in would come back at the node's next start.
    private func withdrawPlaced(in context: AgentContext) async throws {
        let intake = Intake(version: try await context.nodetool.version())
        for table in tables {
            let hosts = try await context.database.read { database in
                try PlacedSSTable.filter(Column("stagingID") == stagingID)
                    .filter(Column("keyspace") == table.keyspace)
                    .filter(Column("tableName") == table.table)
                    .fetchAll(database)
            }
            for host in Set(hosts.map(\.hostID)) {
                try await InPlaceTable(
                    context: context, stagingID: stagingID, hostID: try HostID(host), table: table,
                    intake: intake
                ).forget()
            }
        }
    }
}
