/// A part of the ring: after `start`, up to and with `end`; over the ring's end where `end` is not
/// the higher one.
package struct TokenRange: Hashable, Sendable, Codable {
    package var start: Token
    package var end: Token

    package init(start: Token, end: Token) {
        self.start = start
        self.end = end
    }

    /// The part of the whole ring that this is, 0 to 1.
    ///
    /// - Returns: `nil` where tokens are no numbers.
    package func share(of ring: Double) -> Double? {
        guard let start = Double(start.text), let end = Double(end.text) else { return nil }
        let width = end - start
        return (width > 0 ? width : width + ring) / ring
    }
}
