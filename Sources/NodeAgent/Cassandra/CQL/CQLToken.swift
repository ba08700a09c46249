/// A piece of CQL text that is not white space or a comment.
struct CQLToken: Hashable {
    enum Kind: Hashable {
        /// Letters, digits and underscores.
        case word
        case quotedIdentifier
        /// In single quotes or between `$$`.
        case string
        /// Any one other character.
        case symbol
    }

    var kind: Kind
    var text: Substring

    var start: String.Index { text.startIndex }
    var end: String.Index { text.endIndex }

    /// The token is this key word, in any case.
    func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word }

    func isSymbol(_ symbol: Character) -> Bool { kind == .symbol && text.first == symbol }
}
