import AgentProtocol
package import BackupModel

/// Counts a table's rows through CQL.
///
/// Old versions hold every row that they count in memory, and answer no more than a limit; so a
/// part of the ring whose rows reach the limit, or that takes too long, is counted in two halves.
package struct RowCounter: Sendable {
    /// Rows that one answer may count.
    package static let limit: Int64 = 50_000

    /// A part of the ring of the Murmur3 partitioner, both ends included.
    package struct Slice: Sendable, Hashable {
        package var first: Int64
        package var last: Int64

        package init(first: Int64, last: Int64) {
            self.first = first
            self.last = last
        }

        package static let ring = Slice(first: .min, last: .max)

        /// Its halves; `nil` for a single token.
        package var halves: (Slice, Slice)? {
            guard first < last else { return nil }
            let middle = first + Int64((UInt64(bitPattern: last &- first)) / 2)
            return (Slice(first: first, last: middle), Slice(first: middle + 1, last: last))
        }
    }

    private let table: TableName
    /// Of the partition key, in order.
    private let columns: [String]
    private let ask: @Sendable (String) async throws -> String

    /// - Parameter ask: runs statements and answers what cqlsh printed.
    package init(
        table: TableName, columns: [String],
        ask: @escaping @Sendable (String) async throws -> String
    ) {
        self.table = table
        self.columns = columns
        self.ask = ask
    }

    /// All rows.
    ///
    /// - Throws: `CQLError`; `OperationFailure` of code `unreachable` after the deadline.
    package func count(until deadline: ContinuousClock.Instant) async throws -> Int64 {
        var slices = [Slice.ring]
        var total: Int64 = 0
        while let slice = slices.popLast() {
            try Task.checkCancellation()
            guard ContinuousClock.now < deadline else {
                throw OperationFailure(
                    code: .unreachable, object: "\(table)",
                    message: "The rows of \(table) were not counted in time.")
            }
            if let found = try await count(slice) {
                total += found
            } else if let (first, second) = slice.halves {
                slices += [second, first]
            } else {
                throw OperationFailure(
                    code: .tool, object: "\(table)",
                    message: "A partition of \(table) has too many rows to be counted.")
            }
        }
        return total
    }

    /// The rows of a part; `nil` where they are too many for one answer.
    private func count(_ slice: Slice) async throws -> Int64? {
        do {
            let rows = try Self.number(in: try await ask(statement(slice)), table)
            return rows == Self.limit ? nil : rows
        } catch let error as CQLError where error.code == .timedOut && slice.halves != nil {
            return nil
        }
    }

    /// Asked of a majority, so that a replica that lacks rows is not believed alone.
    package func statement(_ slice: Slice) -> String {
        let keyspace = CQLIdentifier.quoted(table.keyspace)
        let name = CQLIdentifier.quoted(table.table)
        let token = "token(\(columns.map(CQLIdentifier.quoted).joined(separator: ", ")))"
        var conditions: [String] = []
        if slice.first != .min { conditions.append("\(token) >= \(slice.first)") }
        if slice.last != .max { conditions.append("\(token) <= \(slice.last)") }
        let condition =
            conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return "CONSISTENCY QUORUM; SELECT COUNT(*) FROM \(keyspace).\(name)\(condition) "
            + "LIMIT \(Self.limit)"
    }

    /// The number that stands alone below the line of dashes.
    package static func number(in text: String, _ table: TableName) throws -> Int64 {
        let lines = text.split(whereSeparator: \.isNewline).map(\.trimmed)
        guard let line = lines.firstIndex(where: { $0.hasPrefix("---") }),
            line + 1 < lines.count, let number = Int64(lines[line + 1])
        else {
            throw OperationFailure(
                code: .tool, object: "\(table)",
                message: "cqlsh did not tell how many rows \(table) has.")
        }
        return number
    }
}
