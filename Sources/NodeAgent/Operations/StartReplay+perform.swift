package import AgentProtocol
import BackupModel
import FoundationEssentials

extension StartReplay: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let folders = try ReplayFolders(context, stagingID: stagingID)
        var mark = try await context.replayMark(stagingID)
        guard mark.stage < .replayed else { return NoResult() }
        guard mark.stage == .placed, let before = mark.properties else {
            throw OperationFailure(
                code: .conflict, object: stagingID,
                message: "Nothing is placed on the node that could be replayed.")
        }
        // Cassandra serves its clients only when it has replayed everything.
        try await NodePower(context: context, timeLimit: .seconds(timeLimit))
            .start(environment: environment)
        // Another start must not replay again, and not forget what is written from now on.
        try await context.files.run { try folders.properties.write(before) }
        try await context.archive.endReplay()
        try await rebuildIndexes(context)
        mark.stage = .replayed
        try await context.note(mark)
        return NoResult()
    }

    /// What the start command passes on to Cassandra.
    private var environment: [String: String] {
        guard isChoice else { return [:] }
        let list = tables.map(\.description).joined(separator: ",")
        let given = ProcessInfo.processInfo.environment["JVM_EXTRA_OPTS"].map { "\($0) " } ?? ""
        return ["JVM_EXTRA_OPTS": "\(given)-Dcassandra.replayList=\(list)"]
    }

    /// A snapshot holds no index, and Cassandra takes one that it has built once for built.
    private func rebuildIndexes(_ context: AgentContext) async throws {
        let chosen = Set(tables)
        var indexes: [TableName: [String]] = [:]
        for index in try await context.cql.describeSchema() where index.kind == .index {
            guard let name = index.table, !index.name.isEmpty else { continue }
            let table = TableName(keyspace: index.keyspace, table: name)
            guard chosen.contains(table) else { continue }
            indexes[table, default: []].append(
                CassandraRelease(version).namesIndexesAlone
                    ? index.name : "\(name).\(index.name)")
        }
        for (table, names) in indexes.sorted(by: { $0.key < $1.key }) {
            try await context.nodetool.rebuildIndexes(of: table, names.sorted())
        }
    }
}
