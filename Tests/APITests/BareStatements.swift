import Postgres
import Statements
import TestDatabase

/// What a statement does on ``TwinClusters`` when every comparison of `cluster_id` is taken out of
/// it, and of the functions that it calls: nothing but row-level security holds it then.
struct BareStatements {
    let clusters: TwinClusters

    /// The functions out of which comparisons were taken.
    let functions: [String]

    /// Every row of the cluster `one`.
    let before: [String]

    /// - Parameter triggers: whether it is the functions of triggers, or all others.
    init(triggers: Bool = false) throws {
        clusters = try TwinClusters()
        let connection = clusters.connection
        var functions: [String] = []
        for row in try connection.run(Self.definitions, .flag(triggers)) {
            let text = try row.text(1)
            guard Self.comparesClusters(text) else { continue }
            try connection.runScript(Self.bare(text))
            functions.append(try row.text(0))
        }
        self.functions = functions
        before = try Self.rows(of: "one", in: clusters)
    }

    /// Those that run as their owner for everybody say themselves what they may see.
    private static let definitions = Statement(
        name: "functions_of_clusters",
        text: """
            SELECT 'helenus.' || proc.proname, pg_get_functiondef(proc.oid)
            FROM pg_proc AS proc
            WHERE proc.pronamespace = 'helenus'::regnamespace AND NOT proc.prosecdef
                AND (proc.prorettype = 'trigger'::regtype) = $1::boolean
            ORDER BY 1
            """)

    /// Whether a condition of the text names a cluster's id.
    static func comparesClusters(_ text: String) -> Bool {
        text.contains(/cluster_id\)? *(?:=|<>|<|>| IN | IS )|(?:=|<|>) *\(?(?:\w+\)?\.)?cluster_id/)
            || text.contains(/, \w+\.cluster_id, [^)]*\) *[<>]/)
    }

    /// The text with a condition that always holds in place of each equality of a cluster's id.
    static func bare(_ text: String) -> String {
        text
            .replacing(/(?:\(\w+(?:\.\w+)?\)\.|\w+\.)?cluster_id = (\$\d+)/) {
                "\($0.1)::text IS NOT NULL"
            }
            .replacing(
                /(?:\(\w+(?:\.\w+)?\)\.|\w+\.)?cluster_id = (?:\(\w+(?:\.\w+)?\)\.\w+|\w+(?:\.\w+)?)/,
                with: "true")
    }

    /// What is left when a statement has run, in a transaction that is rolled back then.
    struct Outcome: Hashable {
        /// What it answered, or the error.
        var answer: [String]
        var affected: Int
        /// Every row of the cluster `two`, and of the cluster `one`.
        var own: [String]
        var foreign: [String]
        /// The SQLSTATE where it failed.
        var error: String?
    }

    /// The outcomes as the cluster `two`, the same with nothing in the cluster `one`, and with all
    /// clusters permitted; all in one transaction, so that it is the same moment for all of them.
    func outcomes(
        of name: String, _ parameters: [Parameter], as role: TestDatabase.Role
    ) throws -> (walled: Outcome, alone: Outcome, open: Outcome) {
        let text = Self.bare(try SQLText.statement(name).text)
        let statement = Statement(name: "bare_\(name)", text: text)
        // Nothing is committed, which triggers of constraints would wait for.
        try clusters.connection.runScript("BEGIN; SET CONSTRAINTS ALL IMMEDIATE")
        defer { try? clusters.connection.runScript("ROLLBACK") }
        try clusters.connection.prepare(statement)
        return (
            try outcome(of: statement, parameters, as: role, permitting: "two"),
            try outcome(of: statement, parameters, as: role, permitting: "two", alone: true),
            try outcome(of: statement, parameters, as: role, permitting: "*")
        )
    }

    private func outcome(
        of statement: Statement, _ parameters: [Parameter], as role: TestDatabase.Role,
        permitting permitted: String, alone: Bool = false
    ) throws -> Outcome {
        let connection = clusters.connection
        try connection.runScript("SAVEPOINT before")
        if alone {
            let others = clusters.tables.map { "DELETE FROM \($0) WHERE cluster_id = 'one'" }
            try connection.runScript(
                "DELETE FROM helenus.cluster WHERE cluster_id = 'one';"
                    + others.joined(separator: ";"))
        }
        try connection.runScript(
            "SET LOCAL ROLE \(role.rawValue); SET LOCAL helenus.clusters = '\(permitted)'")
        var outcome = Outcome(answer: [], affected: 0, own: [], foreign: [])
        do {
            let rows = try connection.run(statement, parameters)
            outcome.affected = rows.affected
            outcome.answer = rows.map { row in
                (0..<rows.columns).map { Self.masked(row.optionalText($0) ?? "-") }
                    .joined(separator: "|")
            }
            try connection.runScript("RESET ROLE")
            outcome.own = try Self.rows(of: "two", in: clusters)
            outcome.foreign = try Self.rows(of: "one", in: clusters)
        } catch let error as PostgresError {
            outcome.error = error.sqlstate
            outcome.answer = [error.message]
        }
        try connection.runScript("ROLLBACK TO SAVEPOINT before")
        return outcome
    }

    /// Every row of a cluster.
    private static func rows(of cluster: String, in clusters: TwinClusters) throws -> [String] {
        let text = clusters.tables
            .map {
                "SELECT '\($0) ' || t::text FROM \($0) AS t WHERE t.cluster_id = '\(cluster)'"
            }
            .joined(separator: " UNION ALL ")
        return try clusters.connection.run(Statement(name: "rows_of_\(cluster)", text: text))
            .map { masked(try $0.text(0)) }.sorted()
    }

    /// Without what differs from run to run: the ids that are made, the moment, and the snapshot.
    private static func masked(_ text: String) -> String {
        text
            .replacing(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}/, with: "*")
            .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+/, with: "*")
            .replacing(/\d+:\d+:[\d,]*$/, with: "*")
    }
}
