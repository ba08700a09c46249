package import AgentProtocol
import BackupModel
import GRDB

extension ForgetLoaded: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
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
}
