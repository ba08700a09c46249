extension CQLStatement {
    /// The same statement for a keyspace of another name. Only names are replaced, token by token:
    /// what stands in strings, comments and function bodies stays.
    ///
    /// - Parameter old: the name by which the statement tells its keyspace.
    package func moved(from old: String, to new: String) -> CQLStatement {
        var moved = self
        moved.text = ""
        var written = text.startIndex
        for token in Self.names(of: old, in: text, makesKeyspace: kind == .keyspace) {
            moved.text += text[written..<token.start] + CQLIdentifier.quoted(new)
            written = token.end
        }
        moved.text += text[written...]
        if keyspace == old { moved.keyspace = new }
        if kind == .keyspace, name == old { moved.name = new }
        return moved
    }

    /// The tokens that name the keyspace: the first part of `keyspace.name`, and what
    /// `CREATE KEYSPACE` makes.
    private static func names(
        of keyspace: String, in text: String, makesKeyspace: Bool
    ) -> [CQLToken] {
        let tokens = Array(CQLLexer(text))
        let made = makesKeyspace ? placeOfKeyspace(tokens) : nil
        return tokens.indices.filter { index in
            let token = tokens[index]
            guard token.kind == .word || token.kind == .quotedIdentifier,
                CQLIdentifier.name(of: token.text) == keyspace
            else { return false }
            let isQualifier =
                index + 1 < tokens.count && tokens[index + 1].isSymbol(".")
                && (index == 0 || !tokens[index - 1].isSymbol("."))
            return isQualifier || token.start == made
        }.map { tokens[$0] }
    }

    private static func placeOfKeyspace(_ tokens: [CQLToken]) -> String.Index? {
        var reader = CQLTokenReader(tokens)
        guard reader.take("create"), reader.kind() == .keyspace else { return nil }
        reader.skipIfNotExists()
        return reader.place
    }
}
