package import Postgres
import Statements

/// Whether a service finds the database that it needs, and as whom it should.
package enum SchemaCheck {
    enum Step: String, NamedStatement {
        case session = "check_session"
        case migrations = "check_migrations"
    }

    /// Sentences for a person; none where all is well.
    ///
    /// - Throws: `PostgresError` where the database does not answer.
    package static func problems(_ connection: Connection) throws -> [String] {
        try connection.transaction(permitting: .these([])) { connection in
            var problems: [String] = []
            let session = try connection.run(Step.session)[0]
            if try session.flag(1) {
                problems.append(
                    "'\(try session.text(0))' is held by no row-level security, which keeps clusters "
                        + "apart: connect as the role of the service")
            }
            guard try session.flag(2) else {
                return problems + ["there is no schema of Helenus: helenusctl migrate up"]
            }
            let found = Set(try connection.run(Step.migrations).map { try $0.text(0) })
            let needed = SQLText.migrations.map(\.name)
            let missing = needed.filter { !found.contains($0) }
            if !missing.isEmpty {
                problems.append(
                    "the schema lacks \(missing.joined(separator: ", ")): helenusctl migrate up")
            }
            let newer = found.subtracting(needed).sorted()
            if !newer.isEmpty {
                problems.append(
                    "the schema has \(newer.joined(separator: ", ")), which this program does not "
                        + "know: it is older")
            }
            return problems
        }
    }
}
