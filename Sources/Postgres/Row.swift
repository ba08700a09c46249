/// One row of an answer. Columns are counted from 0, in the order of the statement's select list.
package struct Row {
    let rows: Rows
    let index: Int

    /// The column's text; `nil` for NULL.
    package func optionalText(_ column: Int) -> String? {
        rows.field(row: index, column: column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The column's text.
    package func text(_ column: Int) throws(PostgresError) -> String {
        guard let text = optionalText(column) else { throw unreadable(column, as: "text") }
        return text
    }

    /// The column as a whole number; `nil` for NULL.
    package func optionalNumber(_ column: Int) throws(PostgresError) -> Int64? {
        guard let text = optionalText(column) else { return nil }
        guard let number = Int64(text) else { throw unreadable(column, as: "a whole number") }
        return number
    }

    /// The column as a whole number.
    package func number(_ column: Int) throws(PostgresError) -> Int64 {
        guard let number = try optionalNumber(column) else {
            throw unreadable(column, as: "a whole number")
        }
        return number
    }

    /// The column as true or false.
    package func flag(_ column: Int) throws(PostgresError) -> Bool {
        switch optionalText(column) {
        case "t": return true
        case "f": return false
        default: throw unreadable(column, as: "a boolean")
        }
    }

    /// A bytea column; `nil` for NULL.
    package func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        guard let field = rows.field(row: index, column: column) else { return nil }
        guard field.count >= 2, field.count % 2 == 0, field[0] == UInt8(ascii: "\\"),
            field[1] == UInt8(ascii: "x")
        else { throw unreadable(column, as: "bytea") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count / 2 - 1)
        for position in stride(from: 2, to: field.count, by: 2) {
            guard let high = hexValue(field[position]), let low = hexValue(field[position + 1])
            else { throw unreadable(column, as: "bytea") }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Hands out the column's text as it lies in memory; `nil` for NULL.
    package func withBytes<Result>(
        _ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) rethrows -> Result {
        try withExtendedLifetime(rows) {
            try body(rows.field(row: index, column: column))
        }
    }

    private func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private func unreadable(_ column: Int, as type: String) -> PostgresError {
        PostgresError(
            sqlstate: "22000",
            message: "column \(rows.columnName(column)) cannot be read as \(type)")
    }
}
