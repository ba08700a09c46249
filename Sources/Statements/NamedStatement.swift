package import Postgres

/// A set of statements by their names in `sql/queries/`: an enum whose raw values are those names.
package protocol NamedStatement: RawRepresentable<String>, CaseIterable, Sendable {}

extension NamedStatement {
    /// The statement with its parameters, to be sent together with others.
    package func bound(_ parameters: Parameter...) throws(PostgresError) -> BoundStatement {
        try bound(parameters)
    }

    /// The statement with its parameters, to be sent together with others.
    package func bound(_ parameters: [Parameter]) throws(PostgresError) -> BoundStatement {
        BoundStatement(try SQLText.statement(rawValue), parameters)
    }
}

extension Connection {
    /// Runs the statement that the case names.
    @discardableResult
    package func run(_ name: some NamedStatement, _ parameters: Parameter...) throws(PostgresError)
        -> Rows
    {
        try run(SQLText.statement(name.rawValue), parameters)
    }

    /// Runs the statement that the case names when the transaction commits, in one message with that.
    package func runAtCommit(
        _ name: some NamedStatement, _ parameters: Parameter...
    ) throws(PostgresError) {
        try runAtCommit(SQLText.statement(name.rawValue), parameters)
    }

    /// Runs the statement that the case names and hands over its rows one by one.
    package func stream(
        _ name: some NamedStatement, _ parameters: [Parameter], _ body: (Row) throws -> Void
    ) throws {
        try stream(SQLText.statement(name.rawValue), parameters, body)
    }
}
