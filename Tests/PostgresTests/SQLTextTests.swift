import Foundation
import Postgres
import Statements
import TestDatabase
import Testing

@Suite struct SQLTextTests {
    /// The package's root.
    private let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func files(under folder: String, suffix: String) throws -> [String] {
        let start = root.appending(path: folder)
        return try FileManager.default.subpathsOfDirectory(atPath: start.path)
            .filter { $0.hasSuffix(suffix) }.sorted()
    }

    @Test func `every file of queries and migrations is compiled in`() throws {
        let onDisk = try files(under: "sql", suffix: ".sql").filter { !$0.hasPrefix("reports/") }
        #expect(SQLText.paths == onDisk)
    }

    @Test func `every name stands once`() throws {
        var names: [String] = []
        for file in try files(under: "sql/queries", suffix: ".sql") {
            let text = try String(
                contentsOf: root.appending(path: "sql/queries/\(file)"), encoding: .utf8)
            names += text.matches(of: /(?m)^-- name: (\w+)$/).map { String($0.1) }
        }
        #expect(names.sorted() == SQLText.statementNames)
    }

    @Test func `every case of every statement enum has a statement, and every statement a case`()
        throws
    {
        var used: Set<String> = []
        for file in try files(under: "Sources", suffix: ".swift") {
            let text = try String(
                contentsOf: root.appending(path: "Sources/\(file)"), encoding: .utf8)
            for body in text.matches(
                of: /(?s)enum \w+: String, [^{]*NamedStatement[^{]*\{(.*?)\n *\}/)
            {
                for line in body.1.matches(of: /(?m)^ *case (.*)$/) {
                    for one in line.1.split(separator: ",") {
                        let parts = one.split(separator: "=").map {
                            $0.trimmingCharacters(in: .whitespaces.union(["\""]))
                        }
                        if let name = parts.last { used.insert(name) }
                    }
                }
            }
        }
        let known = Set(SQLText.statementNames)
        #expect(used.subtracting(known).sorted() == [], "used, but not in sql/queries")
        #expect(known.subtracting(used).sorted() == [], "in sql/queries, but not used")
    }

    @Test func `PostgreSQL can prepare every statement`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        for name in SQLText.statementNames {
            let statement = try SQLText.statement(name)
            #expect(throws: Never.self, "\(name)") { try connection.prepare(statement) }
        }
    }
}
