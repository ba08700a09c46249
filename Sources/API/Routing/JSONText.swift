import FoundationEssentials

/// Parts of JSON texts.
enum JSONText {
    /// A text as a JSON string.
    static func quoted(_ text: String) throws -> String {
        // Printable ASCII, mostly, which stands for itself.
        let isPlain = text.utf8.allSatisfy { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        if isPlain { return "\"\(text)\"" }
        return String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    /// Space, tab, line feed and carriage return: all that may stand between the parts.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
