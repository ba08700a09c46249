package import BackupModel

/// cqlsh against one node. A statement is an argument of its own; no shell sees it.
package struct CQLShell: Sendable {
    private let command: ToolCommand
    private let host: String
    private let port: Int
    private let cqlshrc: String?
    private let timeLimit: Duration

    /// - Parameters:
    ///   - cqlshrc: path of a cqlshrc with the credentials and TLS options, readable by the agent
    ///     alone; `nil` for none.
    package init(
        command: ToolCommand, host: String, port: Int, cqlshrc: String? = nil,
        timeLimit: Duration = .seconds(120)
    ) {
        self.command = command
        self.host = host
        self.port = port
        self.cqlshrc = cqlshrc
        self.timeLimit = timeLimit
    }

    /// Runs a statement and answers what cqlsh printed.
    @discardableResult
    package func execute(_ statement: String) async throws -> String {
        try await ask(statement).text()
    }

    /// Names of all keyspaces, Cassandra's own among them.
    package func keyspaces() async throws -> [String] {
        try await ask("DESCRIBE KEYSPACES").names()
    }

    /// A keyspace as the statements that create it, in an order in which they can be run.
    package func describeKeyspace(_ name: String) async throws -> [CQLStatement] {
        let text = try await ask("DESCRIBE KEYSPACE \(CQLIdentifier.quoted(name))").text()
        let statements = CQLScript.statements(of: text)
        guard statements.contains(where: { $0.kind == .keyspace && $0.name == name }) else {
            throw CQLError(
                code: .unknownKeyspace, statement: "DESCRIBE KEYSPACE",
                sentence: "keyspace \(name) was not described")
        }
        return CQLScript.ordered(statements)
    }

    /// Every keyspace but Cassandra's own, as the statements that create them.
    package func describeSchema() async throws -> [CQLStatement] {
        CQLScript.statements(of: try await ask("DESCRIBE SCHEMA").text())
    }

    /// Empties a table on every node; all of them have to be up.
    package func truncate(_ table: TableName) async throws {
        try await execute(
            "TRUNCATE \(CQLIdentifier.quoted(table.keyspace)).\(CQLIdentifier.quoted(table.table))")
    }

    private func ask(_ statement: String) async throws -> CQLReply {
        let credentials = cqlshrc.map { ["--cqlshrc", $0] } ?? []
        let output = try await command.run(
            credentials + ["-e", statement, host, String(port)], timeLimit: timeLimit)
        return CQLReply(statement: statement, output: output)
    }
}
