/// A keyspace as CQL that creates it: also the content of `<tag>/<keyspace>/schema.json`.
package struct KeyspaceSchema: Hashable, Sendable, Codable {
    package var keyspace: String
    /// Statements in the order in which they must run, each without its closing semicolon.
    package var statements: [String]

    package init(keyspace: String, statements: [String]) {
        self.keyspace = keyspace
        self.statements = statements
    }
}
