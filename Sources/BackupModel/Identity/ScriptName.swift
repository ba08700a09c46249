/// The file name of a script in the agents' script directory.
package struct ScriptName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// Accepts 1 to 100 of `A–Z a–z 0–9 _ - .`, not beginning with a dot or a dash: a name and
    /// never a path.
    package init(_ text: String) throws(InvalidName) {
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default:
                false
            }
        }
        guard allowed, (1...100).contains(text.utf8.count), !text.hasPrefix("."),
            !text.hasPrefix("-")
        else {
            throw InvalidName(
                kind: "script", text: text,
                accepted: "the name of a file in the agents' script directory, 1 to 100 letters, "
                    + "digits and _ - . not beginning with . or -")
        }
        self.text = text
    }

    package var description: String { text }
}

extension ScriptName: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
