import FoundationEssentials

/// Parts of JSON texts.
enum JSONText {
    /// A text as a JSON string.
    static func quoted(_ text: String) throws -> String {
        // An id, mostly, which stands for itself.
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        if isPlain { return "\"\(text)\"" }
        return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    /// Space, tab, line feed and carriage return: all that may stand between the parts.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
