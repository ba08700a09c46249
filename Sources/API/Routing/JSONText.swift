/// What Foundation's decoder does not see of a JSON text.
enum JSONText {
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
