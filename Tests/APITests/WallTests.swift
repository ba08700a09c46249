import Postgres
import Statements
import TestDatabase
import Testing

/// Row-level security alone keeps clusters apart: of a statement from which every comparison of
/// `cluster_id` was taken out, a transaction sees and changes the rows of its own cluster and no
/// others. (The views for reports have a wall of their own: `Tests/SQLTests/report_readers.sql`.)
@Suite struct WallTests {
    @Test func `without a comparison of cluster_id no statement sees or changes anything foreign`()
        throws
    {
        let bare = try BareStatements()
        let named = try SQLText.statementNames.filter { name in
            let text = try SQLText.statement(name).text
            return BareStatements.comparesClusters(text)
                || bare.functions.contains { text.contains("\($0)(") }
        }
        let excused = BareStatements.excused
        #expect(
            named == (Array(BareStatements.parameters.keys) + Array(excused.keys)).sorted(),
            "Each needs its parameters, or the reason why it is not run.")
        for (name, parameters) in BareStatements.parameters.sorted(by: { $0.key < $1.key }) {
            try expectWalled(name, parameters, on: bare)
        }
    }

    @Test func `nor does the function of a trigger`() throws {
        let bare = try BareStatements(triggers: true)
        #expect(bare.functions == BareStatements.triggers.keys.sorted())
        for (statement, parameters) in BareStatements.triggers.values {
            try expectWalled(statement, parameters, on: bare)
        }
    }

    /// As each role that may run it: the API's, the executors', or both.
    private func expectWalled(
        _ name: String, _ parameters: [Parameter], on bare: BareStatements
    ) throws {
        var isRun = false
        for role in [TestDatabase.Role.api, .executor] {
            let (walled, alone, open) = try bare.outcomes(of: name, parameters, as: role)
            guard walled.error != "42501" else { continue }
            isRun = true
            let (isSeen, isTaken, isChanged) = (
                walled.answer != alone.answer || walled.affected != alone.affected,
                walled.own != alone.own,
                walled.error == nil && walled.foreign != bare.before
            )
            // A refusal by the schema's own codes is an answer, and changes nothing.
            guard walled.error?.hasPrefix("HL") ?? true else {
                Issue.record("\(name) as \(role): \(walled.answer)")
                continue
            }
            #expect(!isSeen, "\(name) as \(role): \(walled.answer), alone \(alone.answer)")
            #expect(!isTaken, "\(name) as \(role) makes something foreign its own.")
            #expect(!isChanged, "\(name) as \(role) changes what is foreign.")
            // What was taken out is all that tells the clusters apart otherwise.
            let isWalled = open != walled
            #expect(isWalled, "\(name) as \(role) would see nothing foreign in any case.")
        }
        #expect(isRun, "Nobody may run \(name).")
    }
}
