extension StringProtocol {
    /// The text without white space at either end.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// The words between white space.
    var words: [SubSequence] { split(whereSeparator: \.isWhitespace) }
}
