package import BackupModel
package import Postgres
import Statements

/// How the copies of backups end, and what lies in them.
package struct CopyOutcomes {
    private let connection: Connection

    /// - Parameter connection: in a transaction that permits the cluster.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Ends a copy that runs: its tables are these, and its sums and keyspaces follow from them.
    /// One that ended before stays as it is.
    package func end(
        cluster: String, tag: BackupTag, destination: String, _ ending: EndedAs,
        parts: [CopyPart], storedBytes: Int64
    ) throws {
        let key: [Parameter] = [.text(cluster), .text(tag.text), .text(destination)]
        guard try isRunning(key) else { return }
        try connection.run(ExecutionStatement.copyTablesClear, key[0], key[1], key[2])
        for start in stride(from: 0, to: parts.count, by: 5_000) {
            let some = parts[start..<min(start + 5_000, parts.count)]
            try connection.run(
                ExecutionStatement.copyTablesAdd, key[0], key[1], key[2],
                .array(some.map(\.hostID.text)), .array(some.map(\.address)),
                .array(some.map(\.table.keyspace)), .array(some.map(\.table.table)),
                .array(some.map { String($0.table.files) }),
                .array(some.map { String($0.table.size) }),
                .array(some.map { String($0.table.newSize) }),
                .array(some.map { $0.table.outcome == .success ? "success" : "error" }),
                .array(some.map { $0.table.message ?? "" }))
        }
        try connection.run(
            ExecutionStatement.copyEnd, key[0], key[1], key[2], .text(ending.outcome.rawValue),
            .text(ending.message), .number(storedBytes))
    }

    /// Ends every copy of a backup that still runs: nothing of it is there.
    package func callOff(cluster: String, tag: BackupTag, _ ending: EndedAs) throws {
        try connection.run(
            ExecutionStatement.copiesCallOff, .text(cluster), .text(tag.text),
            .text(ending.outcome.rawValue), .text(ending.message))
    }

    /// Notes that a copy is gone.
    package func markDeleted(cluster: String, tag: BackupTag, destination: String) throws {
        try connection.run(
            ExecutionStatement.copyDeleted, .text(cluster), .text(tag.text), .text(destination))
    }

    /// What lies in a copy that is there; tables that failed are left out.
    package func parts(cluster: String, tag: BackupTag, destination: String) throws -> [CopyPart] {
        let rows = try connection.run(
            ExecutionStatement.copyTables, .text(cluster), .text(tag.text), .text(destination))
        return try rows.map { row in
            CopyPart(
                hostID: try HostID(row.text(0)), address: try row.text(1),
                table: TableOutcome(
                    keyspace: try row.text(2), table: try row.text(3), tableID: nil,
                    outcome: .success, files: Int(try row.number(4)), size: try row.number(5)))
        }
    }

    private func isRunning(_ key: [Parameter]) throws -> Bool {
        try connection.run(ExecutionStatement.copyOutcome, key[0], key[1], key[2]).first?
            .text(0) == Outcome.running.rawValue
    }
}
