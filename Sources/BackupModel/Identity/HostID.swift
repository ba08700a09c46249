/// A Cassandra node's host id: a UUID in lower case, as `system.local` holds it.
///
/// It is the node's name on a destination (`snapshots/<host id>/…`), across changes of address.
package struct HostID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Accepts the dashed form of a UUID in either case.
    package init(_ text: String) throws(InvalidName) {
        let bytes = Array(text.utf8)
        let dashes = [8, 13, 18, 23]
        let wellFormed =
            bytes.count == 36
            && bytes.enumerated().allSatisfy { index, byte in
                if dashes.contains(index) { return byte == UInt8(ascii: "-") }
                return Character(UnicodeScalar(byte)).isHexDigit
            }
        guard wellFormed else {
            throw InvalidName(
                kind: "host id", text: text, accepted: "a UUID such as system.local holds")
        }
        self.text = text.lowercased()
    }

    package static func < (left: HostID, right: HostID) -> Bool { left.text < right.text }

    package var description: String { text }
}

extension HostID: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
