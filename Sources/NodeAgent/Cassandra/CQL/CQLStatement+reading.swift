extension CQLStatement {
    /// From the tokens of one statement; `nil` where there is none.
    init?(tokens: [CQLToken], in text: String) {
        guard let first = tokens.first, let last = tokens.last else { return nil }
        self.init(
            text: String(text[first.start..<last.end]), kind: .other, keyspace: "", name: "",
            table: nil)
        var reader = CQLTokenReader(tokens)
        if reader.take("create") {
            if reader.take("or") { _ = reader.take("replace") }
            _ = reader.take("custom")
            readCreated(&reader)
        } else if reader.take("alter"), reader.take("table") || reader.take("columnfamily"),
            let named = reader.qualifiedName()
        {
            kind = .alteration
            (keyspace, table) = (named.keyspace, named.name)
        }
    }

    private mutating func readCreated(_ reader: inout CQLTokenReader) {
        guard let made = reader.kind() else { return }
        reader.skipIfNotExists()
        switch made {
        case .keyspace:
            guard let named = reader.qualifiedName() else { return }
            (keyspace, name) = (named.name, named.name)
        case .type, .table, .materializedView, .function, .aggregate:
            guard let named = reader.qualifiedName() else { return }
            (keyspace, name) = (named.keyspace, named.name)
            if made == .table { table = name }
            if made == .materializedView {
                reader.skip(to: "from")
                table = reader.qualifiedName()?.name
            }
            if made == .function || made == .aggregate { name += reader.argumentTypes(of: made) }
        case .index, .trigger:
            if !reader.take("on") {
                guard let named = reader.qualifiedName() else { return }
                name = named.name
                guard reader.take("on") else { return }
            }
            guard let owner = reader.qualifiedName() else { return }
            (keyspace, table) = (owner.keyspace, owner.name)
        case .alteration, .other:
            return
        }
        kind = made
    }

    /// The same statement, which does nothing where what it makes exists.
    package var ifMissing: String {
        guard kind != .alteration, kind != .other else { return text }
        let tokens = Array(CQLLexer(text))
        var reader = CQLTokenReader(tokens)
        _ = reader.take("create")
        guard !reader.take("or") else { return text }
        _ = reader.take("custom")
        guard reader.kind() != nil, let place = reader.place, !reader.take("if") else {
            return text
        }
        return String(text[..<place]) + "IF NOT EXISTS " + String(text[place...])
    }

    /// Options of `WITH replication = {…}` of a keyspace, `class` among them.
    package var replication: [String: String]? {
        guard kind == .keyspace else { return nil }
        var reader = CQLTokenReader(Array(CQLLexer(text)))
        reader.skip(to: "replication")
        return reader.mapLiteral()
    }

    /// What `graph_engine = '…'` says of a keyspace of DSE.
    package var graphEngine: String? {
        guard kind == .keyspace else { return nil }
        var reader = CQLTokenReader(Array(CQLLexer(text)))
        reader.skip(to: "graph_engine")
        return reader.stringLiteral()
    }

    /// The id in `WITH ID = …`, 32 hex digits; only a snapshot's own schema.cql has it.
    package var tableID: String? {
        guard kind == .table else { return nil }
        var reader = CQLTokenReader(Array(CQLLexer(text)))
        reader.skip(to: "with")
        return reader.uuid(after: "id")
    }
}
