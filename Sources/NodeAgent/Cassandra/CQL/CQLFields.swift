/// What stands between the parentheses of `CREATE TABLE` or `CREATE TYPE`.
struct CQLFields: Sendable, Hashable {
    private(set) var fields: [CQLField] = []
    /// Columns of the partition key, in order.
    private(set) var partitionKey: [String] = []
    /// The other columns of the primary key, in order.
    private(set) var clustering: [String] = []

    init(_ statement: CQLStatement) {
        let tokens = Array(CQLLexer(statement.text))
        guard let open = tokens.firstIndex(where: { $0.isSymbol("(") }) else { return }
        for part in Self.parts(tokens[(open + 1)...]) {
            if part.first?.isWord("primary") == true, part.dropFirst().first?.isWord("key") == true
            {
                readKey(part.dropFirst(2))
            } else {
                readField(part)
            }
        }
    }

    /// `((a, b), c, d)` in words that can be compared and shown.
    var primaryKey: String {
        "((" + partitionKey.joined(separator: ", ") + ")"
            + clustering.map { ", \($0)" }.joined() + ")"
    }

    /// Columns and fields by their names.
    var byName: [String: CQLField] {
        Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// What stands between commas, up to the closing parenthesis.
    private static func parts(_ tokens: ArraySlice<CQLToken>) -> [ArraySlice<CQLToken>] {
        var parts: [ArraySlice<CQLToken>] = []
        var depth = 0
        var start = tokens.startIndex
        for index in tokens.indices {
            let token = tokens[index]
            if token.isSymbol("(") || token.isSymbol("<") { depth += 1 }
            if token.isSymbol(">") { depth -= 1 }
            if token.isSymbol(")") {
                depth -= 1
                guard depth >= 0 else {
                    parts.append(tokens[start..<index])
                    break
                }
            }
            if token.isSymbol(","), depth == 0 {
                parts.append(tokens[start..<index])
                start = index + 1
            }
        }
        return parts
    }

    private mutating func readField(_ part: ArraySlice<CQLToken>) {
        guard let first = part.first else { return }
        var field = CQLField(name: CQLIdentifier.name(of: first.text), type: "")
        for token in part.dropFirst() {
            if token.isWord("primary") {
                partitionKey = [field.name]
                break
            }
            if token.isWord("static") {
                field.isStatic = true
                break
            }
            let word = token.kind == .word ? token.text.lowercased() : String(token.text)
            field.type += word == "varchar" ? "text" : word
        }
        fields.append(field)
    }

    private mutating func readKey(_ part: ArraySlice<CQLToken>) {
        var columns: [String] = []
        var depth = 0
        for token in part {
            switch token.kind {
            case .symbol where token.isSymbol("("): depth += 1
            case .symbol where token.isSymbol(")"):
                // The inner parentheses hold a partition key of several columns.
                if depth == 2 { (partitionKey, columns) = (columns, []) }
                depth -= 1
            case .symbol: break
            case .word, .quotedIdentifier, .string:
                columns.append(CQLIdentifier.name(of: token.text))
            }
        }
        if partitionKey.isEmpty { partitionKey = Array(columns.prefix(1)) }
        clustering = columns.filter { !partitionKey.contains($0) }
    }
}
