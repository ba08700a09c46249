import FoundationEssentials

/// The bytes as base64, as headers have checksums.
package func base64(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString()
}

/// Base64 of bytes that are given as hex digits, two for each.
package func base64(hexadecimal text: String) -> String {
    let digits = text.compactMap(\.hexDigitValue)
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
    return base64(bytes)
}
