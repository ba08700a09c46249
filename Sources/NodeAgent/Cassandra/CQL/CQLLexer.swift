/// Reads CQL text token by token; what is in strings, quoted names, `$$` bodies and comments never
/// counts as anything else.
struct CQLLexer: Sequence, IteratorProtocol {
    private let text: String
    private var index: String.Index

    init(_ text: String) {
        self.text = text
        index = text.startIndex
    }

    mutating func next() -> CQLToken? {
        skipBlanks()
        guard index < text.endIndex else { return nil }
        let start = index
        let kind: CQLToken.Kind
        if starts("$$") {
            advance(past: "$$")
            skip(through: "$$")
            kind = .string
        } else if starts("'") {
            skipQuoted("'")
            kind = .string
        } else if starts("\"") {
            skipQuoted("\"")
            kind = .quotedIdentifier
        } else if Self.isWordPart(text[index]) {
            while index < text.endIndex, Self.isWordPart(text[index]) { step() }
            kind = .word
        } else {
            step()
            kind = .symbol
        }
        return CQLToken(kind: kind, text: text[start..<index])
    }

    private static func isWordPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private mutating func step() { index = text.index(after: index) }

    private func starts(_ mark: String) -> Bool { text[index...].hasPrefix(mark) }

    private mutating func advance(past mark: String) {
        index = text.index(index, offsetBy: mark.count)
    }

    /// Skips to behind the next `mark`, or to the end.
    private mutating func skip(through mark: String) {
        while index < text.endIndex {
            if starts(mark) {
                advance(past: mark)
                return
            }
            step()
        }
    }

    /// Skips a quoted text in which a doubled quote stands for one.
    private mutating func skipQuoted(_ quote: Character) {
        step()
        while index < text.endIndex {
            let isQuote = text[index] == quote
            step()
            guard isQuote else { continue }
            guard index < text.endIndex, text[index] == quote else { return }
            step()
        }
    }

    private mutating func skipBlanks() {
        while index < text.endIndex {
            if text[index].isWhitespace {
                step()
            } else if starts("--") || starts("//") {
                while index < text.endIndex, !text[index].isNewline { step() }
            } else if starts("/*") {
                advance(past: "/*")
                skip(through: "*/")
            } else {
                return
            }
        }
    }
}
