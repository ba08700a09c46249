import CLibPQ

/// The rows that a statement answered, held in the library's memory until this is released.
package final class Rows: RandomAccessCollection {
    private let result: OpaquePointer
    /// How many rows; for a command without rows, 0.
    package let count: Int
    /// How many columns each has.
    package let columns: Int

    init(owning result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        columns = Int(PQnfields(result))
    }

    deinit {
        PQclear(result)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(position: Int) -> Row {
        Row(rows: self, index: position)
    }

    /// How many rows an INSERT, UPDATE or DELETE changed.
    package var affected: Int {
        Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    /// What the server says it did, such as `COMMIT`.
    var command: String { String(cString: PQcmdStatus(result)) }

    /// The text of a field without copying it; `nil` for NULL. Valid while these rows are.
    func field(row: Int, column: Int) -> UnsafeRawBufferPointer? {
        guard column < columns, row < count, PQgetisnull(result, Int32(row), Int32(column)) == 0,
            let start = PQgetvalue(result, Int32(row), Int32(column))
        else { return nil }
        return UnsafeRawBufferPointer(
            start: start, count: Int(PQgetlength(result, Int32(row), Int32(column))))
    }

    func columnName(_ column: Int) -> String {
        PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
    }
}
