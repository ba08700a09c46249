/// Walks over the tokens of a statement.
struct CQLTokenReader {
    private var rest: ArraySlice<CQLToken>

    init(_ tokens: [CQLToken]) {
        rest = tokens[...]
    }

    /// Where the next token begins in the text.
    var place: String.Index? { rest.first?.start }

    /// Takes the word, if it comes next.
    mutating func take(_ word: String) -> Bool {
        guard rest.first?.isWord(word) == true else { return false }
        rest.removeFirst()
        return true
    }

    /// Takes the symbol, if it comes next.
    mutating func take(symbol: Character) -> Bool {
        guard rest.first?.isSymbol(symbol) == true else { return false }
        rest.removeFirst()
        return true
    }

    /// Skips to behind the next such word.
    mutating func skip(to word: String) {
        while let next = rest.first {
            rest.removeFirst()
            if next.isWord(word) { return }
        }
    }

    mutating func skipIfNotExists() {
        guard take("if") else { return }
        _ = take("not")
        _ = take("exists")
    }

    /// The words that say what is made.
    mutating func kind() -> CQLStatement.Kind? {
        if take("materialized") { return take("view") ? .materializedView : nil }
        if take("columnfamily") { return .table }
        for kind in [
            CQLStatement.Kind.keyspace, .type, .table, .index, .function, .aggregate, .trigger,
        ] where take(kind.rawValue) {
            return kind
        }
        return nil
    }

    /// `name` or `keyspace.name`.
    mutating func qualifiedName() -> (keyspace: String, name: String)? {
        guard let first = identifier() else { return nil }
        guard take(symbol: ".") else { return ("", first) }
        guard let second = identifier() else { return nil }
        return (first, second)
    }

    private mutating func identifier() -> String? {
        guard let token = rest.first, token.kind == .word || token.kind == .quotedIdentifier
        else { return nil }
        rest.removeFirst()
        return CQLIdentifier.name(of: token.text)
    }

    /// The types between the parentheses that come next, as `(int, text)`; a function's arguments
    /// have names before their types, an aggregate's have not.
    mutating func argumentTypes(of kind: CQLStatement.Kind) -> String {
        guard take(symbol: "(") else { return "()" }
        var depth = 0
        var arguments: [[String]] = [[]]
        while let token = rest.first {
            rest.removeFirst()
            if token.isSymbol(")"), depth == 0 { break }
            if token.isSymbol("<") { depth += 1 }
            if token.isSymbol(">") { depth -= 1 }
            if token.isSymbol(","), depth == 0 {
                arguments.append([])
            } else {
                arguments[arguments.count - 1].append(token.text.lowercased())
            }
        }
        let types = arguments.map { parts in
            parts.dropFirst(kind == .function ? 1 : 0).joined()
        }
        return "(" + types.filter { !$0.isEmpty }.joined(separator: ", ") + ")"
    }

    /// `= {'key': 'value', …}`, or `nil` where no map comes.
    mutating func mapLiteral() -> [String: String]? {
        guard take(symbol: "="), take(symbol: "{") else { return nil }
        var members: [String: String] = [:]
        var key: String?
        while let token = rest.first {
            rest.removeFirst()
            if token.isSymbol("}") { return members }
            guard token.kind != .symbol else { continue }
            let value = Self.literal(token)
            if let name = key {
                members[name] = value
                key = nil
            } else {
                key = value
            }
        }
        return nil
    }

    /// `= 'value'`, or `nil` where no string comes.
    mutating func stringLiteral() -> String? {
        guard take(symbol: "="), let token = rest.first, token.kind == .string else { return nil }
        rest.removeFirst()
        return Self.literal(token)
    }

    private static func literal(_ token: CQLToken) -> String {
        guard token.kind == .string, token.text.hasPrefix("'") else { return String(token.text) }
        return String(token.text.dropFirst().dropLast()).replacing("''", with: "'")
    }

    /// A bare UUID after `word =`, without its dashes.
    mutating func uuid(after word: String) -> String? {
        while !rest.isEmpty {
            guard take(word), take(symbol: "=") else {
                rest = rest.dropFirst()
                continue
            }
            let parts = rest.prefix(9).filter { !$0.isSymbol("-") }.map { $0.text.lowercased() }
            let digits = parts.prefix(5).joined()
            return digits.utf8.count == 32 ? digits : nil
        }
        return nil
    }
}
