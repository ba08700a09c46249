/// What tells a table from an earlier or later one of the same name: Cassandra's id of it, and for
/// versions without ids (before 2.1) the time at which the schema says that it was made.
package struct TableIdentity: Hashable, Sendable, CustomStringConvertible {
    /// 32 hex digits, or microseconds since 1970.
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// - Parameter microseconds: since 1970, when it was made.
    package init(made microseconds: Int64) {
        text = String(microseconds)
    }

    /// Cassandra's id of the table, where it has one.
    package var id: String? { text.utf8.count == 32 ? text : nil }

    package var description: String { text }

    /// When the table was made, in microseconds since 1970; `nil` for ids that hold no time.
    package var made: Int64? {
        guard text.utf8.count == 32 else { return Int64(text) }
        let digits = Array(text)
        // A UUID of version 1: 100 ns since 1582-10-15.
        guard digits[12] == "1",
            let steps = Int64(
                String(digits[13..<16] + digits[8..<12] + digits[0..<8]), radix: 16)
        else { return nil }
        return (steps - 0x01B2_1DD2_1381_4000) / 10
    }
}

extension TableIdentity: Codable {
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
