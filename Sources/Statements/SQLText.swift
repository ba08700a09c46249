package import Postgres
import SQL

/// All SQL of the project: the files under `sql/`, as they were compiled in.
package enum SQLText {
    /// The statement with this name: what follows its `-- name:` line in `sql/queries/`.
    ///
    /// A test asks for every name that the code uses, so that an unknown one does not reach anybody.
    package static func statement(_ name: String) throws(PostgresError) -> Statement {
        guard let text = queries[name] else {
            throw PostgresError(sqlstate: "26000", message: "sql/queries has no statement \(name)")
        }
        return Statement(name: name, text: text)
    }

    /// The names of all statements.
    package static var statementNames: [String] { queries.keys.sorted() }

    /// What stands before the first migration: roles, schemas, the record of migrations.
    package static let bootstrap: String = files(under: "bootstrap.sql").first?.text ?? ""

    /// The paths of all files that were compiled in, relative to `sql/`.
    package static var paths: [String] { files(under: "").map(\.path).sorted() }

    /// The migrations, oldest first.
    package static let migrations: [Migration] = files(under: "migrations/")
        .compactMap { path, text -> (String, String, Bool)? in
            for (suffix, isUp) in [(".up.sql", true), (".down.sql", false)]
            where path.hasSuffix(suffix) {
                let name = path.dropFirst("migrations/".count).dropLast(suffix.count)
                return (String(name), text, isUp)
            }
            return nil
        }
        .reduce(into: [String: Migration]()) { migrations, part in
            let (name, text, isUp) = part
            var migration = migrations[name] ?? Migration(name: name, up: "", down: "")
            if isUp { migration.up = text } else { migration.down = text }
            migrations[name] = migration
        }
        .values.sorted { $0.name < $1.name }

    private static let queries: [String: String] = files(under: "queries/")
        .reduce(into: [:]) { statements, file in
            var name: String?
            var lines: [Substring] = []
            func keep() {
                if let name { statements[name] = lines.joined(separator: "\n") }
                lines = []
            }
            for line in file.text.split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("-- name:") {
                    keep()
                    name = line.dropFirst("-- name:".count).split(separator: " ").first
                        .map(String.init)
                } else if !line.hasPrefix("--"), !line.isEmpty {
                    lines.append(line)
                }
            }
            keep()
        }

    private static func files(under folder: String) -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        var entry = helenus_sql_files()
        while let path = entry?.pointee.path, let text = entry?.pointee.text {
            let name = String(cString: path)
            if name.hasPrefix(folder) { files.append((name, String(cString: text))) }
            entry = entry?.successor()
        }
        return files
    }
}
