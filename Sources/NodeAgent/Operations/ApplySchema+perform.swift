package import AgentProtocol
import BackupModel
import FoundationEssentials

extension ApplySchema: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let header = try await context.withSourceManifest(source, tag: tag) { manifest in
            try await manifest.header()
        }
        let stored = try await context.storedSchema(
            header, source: source, tag: tag, selection: selection)
        let live = try await context.cql.describeSchema()
        var created: [String] = []
        for (keyspace, statements) in stored.sorted(by: { $0.key < $1.key }) {
            let wanted = statements.filter { $0.kind == .table }.map(\.name).filter {
                selection.contains(TableName(keyspace: keyspace, table: $0))
            }
            let name = rename[keyspace] ?? keyspace
            let there = live.filter { $0.keyspace == name }
            if name != keyspace {
                try RenameTarget(old: keyspace, new: name).check(
                    live: there, wanted: Set(wanted))
            }
            let missing = CQLScript.missing(
                from: statements.map { $0.moved(from: keyspace, to: name) }, live: there,
                wanted: Set(wanted),
                begun: Set(self.missing.filter { $0.keyspace == keyspace }.map(\.table)))
            for statement in missing {
                try await context.cql.execute(statement.text)
                try await awaitAgreement(context)
                if statement.kind == .keyspace { created.append(statement.name) }
                if statement.kind == .table {
                    created.append("\(statement.keyspace).\(statement.name)")
                }
            }
        }
        return Result(created: created)
    }

    private func awaitAgreement(_ context: AgentContext) async throws {
        for _ in 0..<60 {
            if try await agrees(context) { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw OperationFailure(
            code: .tool, object: "schema", message: "The nodes do not agree on the schema.")
    }

    /// Gossip remembers the schema of nodes that are down; only those that are up count.
    private func agrees(_ context: AgentContext) async throws -> Bool {
        let states = try await context.nodetool.gossipInfo().filter(\.isMember)
        guard Set(states.compactMap(\.schemaVersion)).count > 1 else { return true }
        let up = Set(try await context.nodetool.status().filter(\.isUp).map(\.hostID))
        let living = states.filter { up.contains($0.hostID?.lowercased() ?? "") }
        return Set(living.compactMap(\.schemaVersion)).count <= 1
    }
}
