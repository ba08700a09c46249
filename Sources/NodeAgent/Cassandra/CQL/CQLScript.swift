/// CQL text as its statements.
package enum CQLScript {
    /// The statements of a text such as cqlsh's DESCRIBE prints, in their order, each without its
    /// semicolon. Comments between statements are dropped.
    package static func statements(of text: String) -> [CQLStatement] {
        var statements: [CQLStatement] = []
        var tokens: [CQLToken] = []
        for token in CQLLexer(text) {
            if token.isSymbol(";") {
                if let statement = CQLStatement(tokens: tokens, in: text) {
                    statements.append(statement)
                }
                tokens.removeAll(keepingCapacity: true)
            } else {
                tokens.append(token)
            }
        }
        if let last = CQLStatement(tokens: tokens, in: text) { statements.append(last) }
        return statements
    }

    /// The order in which they can be run: keyspace, types, functions, aggregates, tables, indexes
    /// and triggers, views; within each the order in which they were described.
    package static func ordered(_ statements: [CQLStatement]) -> [CQLStatement] {
        statements.enumerated()
            .sorted { ($0.element.kind.rank, $0.offset) < ($1.element.kind.rank, $1.offset) }
            .map(\.element)
    }

    /// What of a stored schema has to be run so that the tables exist, in order.
    ///
    /// A table that is there is left alone, even where it differs, but for the indexes of
    /// ``unmadeIndexes(of:stored:live:)``. Triggers and views are made only with the table they
    /// belong to.
    ///
    /// - Parameters:
    ///   - stored: the schema of one keyspace as it was at the backup.
    ///   - live: what there is of that keyspace now; empty where there is no such keyspace.
    ///   - wanted: names of the tables that a restore needs.
    ///   - begun: those among them that this restore has begun to make.
    package static func missing(
        from stored: [CQLStatement], live: [CQLStatement], wanted: Set<String>,
        begun: Set<String> = []
    ) -> [CQLStatement] {
        let there = Set(live.map(\.identity))
        let created = Set(
            stored.filter { $0.kind == .table && wanted.contains($0.name) }
                .filter { !there.contains($0.identity) || begun.contains($0.name) }.map(\.name))
        let unmade = wanted.subtracting(created).flatMap {
            unmadeIndexes(of: $0, stored: stored, live: live)
        }
        return ordered(stored).filter { statement in
            if unmade.contains(statement) { return true }
            guard !there.contains(statement.identity) else { return false }
            switch statement.kind {
            case .keyspace, .type, .function, .aggregate:
                return true
            case .table, .index, .trigger, .materializedView, .alteration:
                return statement.table.map(created.contains) ?? false
            case .other:
                return false
            }
        }
    }

    /// Indexes of the backup that a live table lacks, where it is as it was in all else: a restore that
    /// ended between a table and its index leaves it so. Where columns or other indexes differ as well,
    /// somebody has changed the table, and none is made.
    static func unmadeIndexes(
        of table: String, stored: [CQLStatement], live: [CQLStatement]
    ) -> [CQLStatement] {
        func isDefinition(_ statement: CQLStatement) -> Bool {
            statement.kind == .table && statement.name == table
        }
        func isIndex(_ statement: CQLStatement) -> Bool {
            statement.kind == .index && statement.table == table
        }
        guard let was = stored.first(where: isDefinition),
            let now = live.first(where: isDefinition),
            CQLFields(was).byName == CQLFields(now).byName
        else { return [] }
        let indexes = stored.filter(isIndex)
        let (older, newer) = (
            Set(indexes.map(\.identity)), Set(live.filter(isIndex).map(\.identity))
        )
        guard newer.isSubset(of: older) else { return [] }
        return indexes.filter { !newer.contains($0.identity) }
    }
}

extension CQLStatement {
    /// What two statements have in common that make the same thing.
    struct Identity: Hashable {
        var kind: Kind
        var keyspace: String
        var name: String
        var table: String?
    }

    var identity: Identity {
        switch kind {
        case .alteration, .other:
            Identity(kind: kind, keyspace: keyspace, name: text, table: table)
        case .keyspace, .type, .function, .aggregate, .table, .index, .trigger, .materializedView:
            Identity(kind: kind, keyspace: keyspace, name: name, table: name.isEmpty ? table : nil)
        }
    }
}
