/// The words of a CQL statement: names (quoted ones whole, with their dots) and keywords.
struct CQLWords: IteratorProtocol {
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    mutating func next() -> String? {
        rest = rest.drop { $0.isWhitespace }
        guard let first = rest.first else { return nil }
        if !isPart(first) {
            rest.removeFirst()
            return String(first)
        }
        var word = ""
        while let character = rest.first, isPart(character) {
            word.append(character)
            rest.removeFirst()
            if character == "\"" {
                while let inner = rest.first {
                    word.append(inner)
                    rest.removeFirst()
                    if inner == "\"" { break }
                }
            }
        }
        return word
    }

    private func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "."
            || character == "\""
    }

    /// The name without its quotes; an unquoted one in lower case, as CQL has it.
    static func unquoted(_ name: some StringProtocol) -> String {
        guard name.hasPrefix("\""), name.hasSuffix("\""), name.count >= 2 else {
            return name.lowercased()
        }
        var inner = ""
        var wasQuote = false
        for character in name.dropFirst().dropLast() {
            if character == "\"", !wasQuote {
                wasQuote = true
            } else {
                wasQuote = false
                inner.append(character)
            }
        }
        return inner
    }

    /// `keyspace.name` as its two parts.
    static func qualified(_ name: String) -> (String, String) {
        var quoted = false
        for index in name.indices {
            if name[index] == "\"" { quoted.toggle() }
            if name[index] == ".", !quoted {
                return (unquoted(name[..<index]), unquoted(name[name.index(after: index)...]))
            }
        }
        return ("", unquoted(name))
    }

    /// The name as it must stand in a statement.
    static func quoted(_ name: String) -> String {
        var text = "\""
        for character in name {
            if character == "\"" { text.append("\"") }
            text.append(character)
        }
        return text + "\""
    }
}
