import AgentProtocol
import BackupModel
import FoundationEssentials
import Postgres
import Statements

/// What a restore drill does after the load: counts rows, drops what it made, and keeps the proof.
struct DrillStage: Sendable {
    /// Seconds for the counting of all tables.
    private static let countingLimit = 3_600

    let context: JobContext
    let order: RestoreJob

    /// Counts what was restored and what lives. What cannot be counted is told with the reason.
    func count(_ plan: RestorePlan, on node: ClusterNode) async throws -> [DrillProof.Table] {
        let tables = plan.tables.map(plan.renamed) + plan.tables
        do {
            let answer = try await context.perform(
                CountRows(tables: tables, timeLimit: Self.countingLimit), on: node, stage: "count")
            return DrillProof.tables(of: plan, counts: answer.counts)
        } catch let failure as OperationFailure {
            let counts = tables.map { RowCount(table: $0, rows: nil, reason: failure.message) }
            return DrillProof.tables(of: plan, counts: counts)
        }
    }

    /// Drops the keyspaces, on one node first, and has every node remove what they leave.
    ///
    /// - Returns: what is left where, if anything is.
    func drop(_ plan: RestorePlan) async throws -> String? {
        let keyspaces = plan.rename.values.sorted()
        let nodes = try await context.nodes().live.sorted { $0.address < $1.address }
        guard let first = nodes.first else { return "No node is up to drop \(keyspaces)." }
        // The epoch is in the name: a new holder of the job looks anew.
        let stage = "drop-\(context.job.epoch)"
        let (_, failed) = try await context.everywhere([first], stage: "\(stage)-first") { _ in
            DropDrill(keyspaces: keyspaces)
        }
        let others = nodes.filter { $0 != first }
        let (_, failures) = try await context.everywhere(others, stage: stage) { _ in
            DropDrill(keyspaces: keyspaces)
        }
        guard !(failed + failures).isEmpty else { return nil }
        let reasons = (failed + failures).map { "node \($0.0.address): \($0.1.message)" }
        return "Left behind of \(keyspaces.joined(separator: ", ")): "
            + reasons.joined(separator: "; ")
    }

    /// Keeps the proof with the copy.
    func keep(_ proof: DrillProof, _ connection: Connection) throws {
        let json = String(decoding: try JSONEncoder().encode(proof), as: UTF8.self)
        try connection.run(
            ExecutionStatement.putDrill, .text(context.job.clusterID), .text(order.tag.text),
            .text(order.destinationID), .text(json))
    }
}
