import AgentProtocol
package import BackupModel

/// The node's cqlsh. Credentials are in its own configuration file, never in an argument.
package struct CQLShell: Sendable {
    private let command: [String]
    private let host: String
    private let port: Int
    private let runner: ToolRunner

    package init(command: [String], host: String, port: Int, runner: ToolRunner) {
        self.command = command
        self.host = host
        self.port = port
        self.runner = runner
    }

    /// Runs a statement; answers what it printed.
    @discardableResult
    package func run(_ statement: String, seconds: Double = 120) async throws -> String {
        let output = try await runner.run(
            command, ["-e", statement, host, String(port)], seconds: seconds)
        guard output.exit == 0 else {
            let sentence = NodetoolVerdict.sentence(in: output)
            let isDown = ["NoHostAvailable", "Connection refused", "Unable to connect"]
                .contains { output.standardError.contains($0) }
            throw OperationFailure(
                code: isDown ? .nodeDown : .tool, object: "cqlsh", message: "cqlsh: \(sentence)")
        }
        return output.standardOutput
    }

    /// The statements that create every keyspace but the system's own, by keyspace.
    package func schema() async throws -> [String: [CQLStatement]] {
        let described = CQLStatement.split(try await run("DESCRIBE SCHEMA"))
        return Dictionary(grouping: described) { statement in
            switch statement.creates {
            case .keyspace(let keyspace): keyspace
            case .table(let keyspace, _): keyspace
            case .other(_, let keyspace, _): keyspace
            }
        }
    }

    /// Removes all rows of a table; Cassandra needs every node for it.
    package func truncate(_ table: TableName) async throws {
        try await run(
            "TRUNCATE \(CQLWords.quoted(table.keyspace)).\(CQLWords.quoted(table.table))",
            seconds: 600)
    }
}
