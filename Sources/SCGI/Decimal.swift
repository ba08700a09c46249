/// Plain decimal numbers: digits only, no sign, no leading zero, no overflow.
enum Decimal {
    /// The value of one ASCII digit.
    static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - 48) : nil
    }

    /// The number that all of the bytes spell; a number over 18 digits is `Int.max`, which is
    /// over every limit.
    static func parse(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        if first == UInt8(ascii: "0"), bytes.count > 1 { return nil }
        var value = 0
        for byte in bytes {
            guard let digit = digit(byte) else { return nil }
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, overSum) = product.addingReportingOverflow(digit)
            value = over || overSum ? Int.max : sum
        }
        return value
    }
}
