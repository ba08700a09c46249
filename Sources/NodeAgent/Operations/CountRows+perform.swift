package import AgentProtocol
import BackupModel

extension CountRows: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let deadline = ContinuousClock.now + .seconds(timeLimit)
        let live = try await context.cql.describeSchema()
        var counts: [RowCount] = []
        for table in tables {
            guard
                let made = live.first(where: {
                    $0.kind == .table && $0.keyspace == table.keyspace && $0.name == table.table
                })
            else {
                counts.append(RowCount(table: table, rows: nil, reason: "There is no such table."))
                continue
            }
            let counter = RowCounter(table: table, columns: CQLFields(made).partitionKey) {
                try await context.cql.execute($0)
            }
            counts.append(try await Self.count(table, counter, until: deadline))
        }
        return Result(counts: counts)
    }

    /// A table that cannot be counted does not keep the others from it; a node that is down does.
    private static func count(
        _ table: TableName, _ counter: RowCounter, until deadline: ContinuousClock.Instant
    ) async throws -> RowCount {
        do {
            return RowCount(table: table, rows: try await counter.count(until: deadline))
        } catch let error as CQLError where !error.isNodeDown {
            return RowCount(table: table, rows: nil, reason: error.failure.message)
        } catch let failure as OperationFailure {
            return RowCount(table: table, rows: nil, reason: failure.message)
        }
    }
}
