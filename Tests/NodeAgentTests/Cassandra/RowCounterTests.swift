import AgentProtocol
import BackupModel
import NodeAgent
import Testing

@Suite struct `rows are counted range by range` {
    private let table = TableName(keyspace: "app", table: "Users")

    /// A table whose rows lie at these tokens.
    private func counter(_ tokens: [Int64]) -> RowCounter {
        RowCounter(table: table, columns: ["id", "Day"]) { statement in
            func bound(_ mark: String) -> Int64? {
                statement.split(separator: mark).dropFirst().first.flatMap {
                    Int64($0.prefix { $0.isNumber || $0 == "-" })
                }
            }
            let (first, last) = (bound(">= ") ?? .min, bound("<= ") ?? .max)
            let rows = tokens.count { $0 >= first && $0 <= last }
            let told = min(Int64(rows), RowCounter.limit)
            return "\n count\n-------\n \(String(told).padded)\n\n(1 rows)\n"
        }
    }

    @Test func `few rows take one question without bounds`() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        #expect(try await counter([.min, 0, .max]).count(until: deadline) == 3)
        #expect(
            counter([]).statement(.ring)
                == "CONSISTENCY QUORUM; SELECT COUNT(*) FROM app.\"Users\" LIMIT 50000")
    }

    @Test func `more than a limit are counted in halves, none twice`() async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        let step = Int64.max / 160_000
        let tokens = (0..<150_000).map { Int64.min + Int64($0) * step }
        #expect(try await counter(tokens).count(until: deadline) == 150_000)
    }

    @Test func `halves meet without a gap`() throws {
        let (first, second) = try #require(RowCounter.Slice.ring.halves)
        #expect(first == RowCounter.Slice(first: .min, last: -1))
        #expect(second == RowCounter.Slice(first: 0, last: .max))
        #expect(RowCounter.Slice(first: 5, last: 5).halves == nil)
        #expect(
            counter([]).statement(second)
                == "CONSISTENCY QUORUM; SELECT COUNT(*) FROM app.\"Users\" "
                + "WHERE token(id, \"Day\") >= 0 LIMIT 50000")
    }

    @Test func `a partition beyond the limit is said, not guessed`() async throws {
        let counter = counter(Array(repeating: 7, count: 60_000))
        await #expect(throws: OperationFailure.self) {
            try await counter.count(until: ContinuousClock.now + .seconds(60))
        }
    }

    @Test func `after the deadline it is said that time was too short`() async throws {
        await #expect(throws: OperationFailure.self) {
            try await counter([1]).count(until: ContinuousClock.now)
        }
    }
}

extension String {
    fileprivate var padded: String { String(repeating: " ", count: max(0, 6 - count)) + self }
}
