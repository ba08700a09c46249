/// A place on the ring, as Cassandra prints it. Numbers of any size are compared as numbers, the
/// keys of ordered partitioners as text.
package struct Token: Hashable, Sendable, Codable, Comparable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func < (left: Token, right: Token) -> Bool {
        guard let one = left.number, let other = right.number else { return left.text < right.text }
        guard one.isNegative == other.isNegative else { return one.isNegative }
        let (a, b) = one.isNegative ? (other.digits, one.digits) : (one.digits, other.digits)
        return a.utf8.count == b.utf8.count ? a < b : a.utf8.count < b.utf8.count
    }

    private var number: (isNegative: Bool, digits: Substring)? {
        let isNegative = text.hasPrefix("-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) }
        return isNumber ? (isNegative, digits) : nil
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
