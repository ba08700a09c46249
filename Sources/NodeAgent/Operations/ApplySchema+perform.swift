package import AgentProtocol
import BackupModel
import FoundationEssentials

extension ApplySchema: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let manifest = try await SourceManifest(source, tag: tag, in: context)
        let stored = try await context.readManifest(manifest.path).schema
        try manifest.discard()
        let live = try await context.cql.schema()
        var created: [String] = []
        for keyspace in stored where selection.contains(keyspace: keyspace.keyspace) {
            let statements = CQLStatement.split(keyspace.statements.joined(separator: ";\n"))
            let missing = Self.missing(
                statements, live: live[keyspace.keyspace] ?? [], selection: selection)
            for statement in missing {
                try await context.cql.run(statement.text)
                try await awaitAgreement(context)
                switch statement.creates {
                case .keyspace(let name): created.append(name)
                case .table(let keyspace, let name): created.append("\(keyspace).\(name)")
                case .other: break
                }
            }
        }
        return Result(created: created)
    }

    /// What is stored and not live, in order: with a table come its indexes, with a keyspace
    /// everything but the tables that are not selected.
    static func missing(
        _ stored: [CQLStatement], live: [CQLStatement], selection: TableSelection
    ) -> [CQLStatement] {
        let existing = Set(live.map(\.creates))
        let keyspaceIsNew = live.isEmpty
        return stored.filter { statement in
            switch statement.creates {
            case .keyspace:
                return keyspaceIsNew
            case .table(let keyspace, let name):
                return !existing.contains(statement.creates)
                    && selection.contains(TableName(keyspace: keyspace, table: name))
            case .other(_, let keyspace, let on?):
                return !existing.contains(.table(keyspace: keyspace, name: on))
                    && selection.contains(TableName(keyspace: keyspace, table: on))
            case .other(_, _, nil):
                return keyspaceIsNew
            }
        }
    }

    private func awaitAgreement(_ context: AgentContext) async throws {
        for _ in 0..<60 {
            let facts = try await context.nodetool.facts(
                address: context.configuration.cassandra.address)
            if facts.schemaAgrees { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        throw OperationFailure(
            code: .tool, object: "schema", message: "The nodes do not agree on the schema.")
    }
}
