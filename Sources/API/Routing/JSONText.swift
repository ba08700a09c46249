import FoundationEssentials

/// What Foundation's decoder does not see of a JSON text, and its encoder is slow at.
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

    /// Whether a comma stands before a closing bracket, which the decoder lets pass.
    static func hasDanglingComma(_ bytes: ArraySlice<UInt8>) -> Bool {
        var isInString = false
        var isEscaped = false
        var isAfterComma = false
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            if isSpace(byte) { continue }
            let isClosing = byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
            if isAfterComma, isClosing { return true }
            isAfterComma = byte == UInt8(ascii: ",")
            isInString = byte == UInt8(ascii: "\"")
        }
        return false
    }
}
