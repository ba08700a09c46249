package import AgentProtocol
import BackupModel
import GRDB

extension LoadInPlace: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let own = try await context.nodetool.info().hostID.lowercased()
        guard own == hostID.text else {
            throw OperationFailure(
                code: .invalid, object: hostID.text,
                message: "The files of host \(hostID) cannot be put in place on host \(own).")
        }
        let intake = Intake(version: try await context.nodetool.version())
        var parts: [(InPlaceTable, [SSTable])] = []
        for table in tables {
            let part = InPlaceTable(
                context: context, stagingID: stagingID, hostID: hostID, table: table,
                intake: intake)
            let sstables = try part.staged()
            await progress.expect(
                table, files: sstables.reduce(0) { $0 + $1.components.count },
                size: sstables.reduce(0) { $0 + $1.size })
            parts.append((part, sstables))
        }
        var outcomes: [TableOutcome] = []
        for (part, sstables) in parts {
            try Task.checkCancellation()
            try context.noteUse(ofStaging: stagingID)
            try await load(part, sstables, context)
            let files = sstables.reduce(0) { $0 + $1.components.count }
            let size = sstables.reduce(0) { $0 + $1.size }
            outcomes.append(
                TableOutcome(
                    keyspace: part.table.keyspace, table: part.table.table, tableID: nil,
                    outcome: .success, files: files, size: size))
            await progress.advance(part.table, files: files, size: size)
        }
        return Result(tables: outcomes)
    }

    private func load(
        _ part: InPlaceTable, _ sstables: [SSTable], _ context: AgentContext
    ) async throws {
        let mark = LoadedTable(
            stagingID: stagingID, hostID: hostID.text, keyspace: part.table.keyspace,
            tableName: part.table.table)
        guard !sstables.isEmpty, try await !context.database.read({ try mark.exists($0) }) else {
            return
        }
        try await part.load(sstables)
        try await context.database.write { try mark.insert($0) }
    }
}
