/// What PostgreSQL, or the connection to it, refused.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    /// The five characters of the SQLSTATE; empty where the server said nothing.
    package var sqlstate: String
    /// The server's or the library's own sentence.
    package var message: String
    /// The constraint that was violated; empty for other errors.
    package var constraint: String
    /// The name of the statement, for the log.
    package var statement: String
    /// Whether the connection is gone: nothing more can be done on it.
    package var isConnectionLost: Bool

    package init(
        sqlstate: String, message: String, constraint: String = "", statement: String = "",
        isConnectionLost: Bool = false
    ) {
        self.sqlstate = sqlstate
        self.message = message
        self.constraint = constraint
        self.statement = statement
        self.isConnectionLost = isConnectionLost
    }

    /// Another row has the same key.
    package var isUniqueViolation: Bool { sqlstate == "23505" }

    /// The row that this one refers to is not there, or is still referred to.
    package var isForeignKeyViolation: Bool { sqlstate == "23503" }

    /// The same transaction may succeed when it is run again.
    package var isWorthRunningAgain: Bool {
        sqlstate == "40001" || sqlstate == "40P01" || sqlstate == "55P03"
    }

    /// The statement took longer than it may (`SessionSettings.statementTimeout`), or was cancelled.
    package var isTimeLimit: Bool { sqlstate == "57014" }

    package var description: String {
        let about = statement.isEmpty ? "" : " in \(statement)"
        let code = sqlstate.isEmpty ? "" : " [\(sqlstate)]"
        return "PostgreSQL\(about): \(message)\(code)"
    }
}
