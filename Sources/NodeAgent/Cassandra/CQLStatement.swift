/// One statement of what DESCRIBE prints, and what it creates.
package struct CQLStatement: Sendable, Hashable {
    /// Without its closing semicolon.
    package var text: String
    package var creates: Creation

    /// What a CREATE statement makes, with unquoted names.
    package enum Creation: Sendable, Hashable {
        case keyspace(String)
        case table(keyspace: String, name: String)
        /// An index, a type, a view, a function: what a keyspace has besides tables.
        case other(kind: String, keyspace: String, on: String?)
    }

    /// Splits at semicolons outside of strings, quoted names, `$$` bodies and comments.
    package static func split(_ script: String) -> [CQLStatement] {
        var statements: [CQLStatement] = []
        var current = ""
        var rest = script[...]
        func keep() {
            let text = current.trimmed
            if let creation = creation(of: text) {
                statements.append(CQLStatement(text: text, creates: creation))
            }
            current = ""
        }
        while let character = rest.first {
            if character == ";" {
                keep()
                rest.removeFirst()
            } else if let end = endOfQuote(rest) {
                current += rest[..<end]
                rest = rest[end...]
            } else if rest.hasPrefix("--") || rest.hasPrefix("//") {
                rest = rest.drop { $0 != "\n" }
            } else if rest.hasPrefix("/*") {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.hasPrefix("*/") { rest.removeFirst() }
                rest = rest.dropFirst(2)
            } else {
                current.append(character)
                rest.removeFirst()
            }
        }
        keep()
        return statements
    }

    private static func endOfQuote(_ text: Substring) -> Substring.Index? {
        for quote in ["$$", "'", "\""] where text.hasPrefix(quote) {
            var rest = text.dropFirst(quote.count)
            while !rest.isEmpty, !rest.hasPrefix(quote) { rest.removeFirst() }
            return rest.dropFirst(quote.count).startIndex
        }
        return nil
    }

    private static func creation(of text: String) -> Creation? {
        var words = CQLWords(text)
        guard words.next()?.uppercased() == "CREATE", var kind = words.next()?.uppercased() else {
            return nil
        }
        while ["OR", "REPLACE", "CUSTOM", "MATERIALIZED"].contains(kind) {
            guard let next = words.next()?.uppercased() else { return nil }
            kind = next
        }
        guard var name = words.next() else { return nil }
        if name.uppercased() == "IF" {
            _ = (words.next(), words.next())
            guard let next = words.next() else { return nil }
            name = next
        }
        switch kind {
        case "KEYSPACE":
            return .keyspace(CQLWords.unquoted(name))
        case "TABLE":
            let (keyspace, table) = CQLWords.qualified(name)
            return .table(keyspace: keyspace, name: table)
        case "INDEX":
            var on = name
            while let word = words.next() {
                if word.uppercased() == "ON", let table = words.next() {
                    on = table
                    break
                }
            }
            let (keyspace, table) = CQLWords.qualified(on)
            return .other(kind: kind, keyspace: keyspace, on: table)
        default:
            return .other(kind: kind, keyspace: CQLWords.qualified(name).0, on: nil)
        }
    }
}
