import AgentProtocol
import BackupModel
import FoundationEssentials
import JobQueue
import Postgres

/// Has agents look whether a copy of a backup is still what it was, and notes what they find.
///
/// It holds up no other job: a backup may run meanwhile. A copy that is deleted meanwhile is not
/// called damaged for that.
package struct VerifyBackupDriver: Sendable {
    private let context: JobContext
    private let order: VerifyBackupJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(VerifyBackupJob.self)
    }

    package func run() async throws {
        guard !context.job.cancelRequested else { return try await finishCancelled() }
        let stored = try await storedPart()
        let run = try context.run(VerifyRun.self) { VerifyRun(stored: stored, parts: order.parts) }
        try await context.save(run)
        try await finish(try await look(run), run)
    }

    private func look(_ run: VerifyRun) async throws -> VerifyVerdict {
        var verdict = VerifyVerdict()
        let roll = try await context.nodes()
        let isOnServer = order.destinationID == DestinationID.onServer
        let hosts = try await context.hosts(of: order.tag, on: order.destinationID)
        let (shares, left) = PartShare.assign(
            hosts.map(\.hostID), live: roll.live, isOnServer: isOnServer)
        let addresses = Dictionary(
            hosts.map { ($0.hostID, $0.address) }, uniquingKeysWith: { $1 })
        for host in left {
            verdict.add(
                failure: "No agent that could look at it answers.",
                of: addresses[host] ?? host.text, isDamage: false)
        }
        let destination = try await context.destination(order.destinationID)
        guard isOnServer || destination != nil else {
            throw OperationFailure(
                code: .notFound, object: order.destinationID,
                message: "Destination \(order.destinationID) is gone.")
        }
        let order = order
        let looked = try await context.forEachPart(shares, stage: "verify") { host in
            VerifyBackup(
                tag: order.tag,
                source: destination.map { .destination($0, host: host) } ?? .onServer,
                mode: order.mode, part: run.part, parts: order.parts)
        }
        for (share, result) in looked.results {
            verdict.add(result, from: share.node.address)
        }
        for (share, failure) in looked.failures {
            verdict.add(
                failure: failure.message, of: share.node.address,
                isDamage: failure.code == .corrupt || failure.code == .notFound)
        }
        await tell(looked.results, looked.failures)
        return verdict
    }

    /// Each node's part ends in the request's progress with what is wrong there.
    private func tell(
        _ results: [(PartShare, VerifyBackup.Result)], _ failures: [(PartShare, OperationFailure)]
    ) async {
        for (share, result) in results {
            await context.progress.end(
                node: share.node.address, result.problemCount == 0 ? .success : .error,
                error: result.problems.first.map { "\($0.file): \($0.problem)" })
        }
        for (share, failure) in failures {
            await context.progress.end(
                node: share.node.address, .error, error: failure.message)
        }
    }

    private func storedPart() async throws -> Int {
        let (cluster, order) = (context.job.clusterID, order)
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            let row = try connection.run(
                ExecutionStatement.samplePart, .text(cluster), .text(order.tag.text),
                .text(order.destinationID)
            ).first
            return Int(try row?.number(0) ?? 0)
        }
    }

    private func finish(_ verdict: VerifyVerdict, _ run: VerifyRun) async throws {
        let (job, order) = (context.job, order)
        let problems =
            verdict.problems.isEmpty
            ? nil : String(decoding: try JSONEncoder().encode(verdict.problems), as: UTF8.self)
        let nextPart = order.mode == .sample ? run.next(of: order.parts) : nil
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try connection.run(
                ExecutionStatement.finishVerification, .text(job.clusterID), .text(order.tag.text),
                .text(order.destinationID), .text(order.mode.rawValue), .text(problems),
                .number(verdict.unverified), .number(nextPart))
            try Outcomes(connection, clusterID: job.clusterID).finishRequest(
                job, verdict.outcome, message: verdict.message)
        }
    }

    private func finishCancelled() async throws {
        let job = context.job
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try Outcomes(connection, clusterID: job.clusterID).finishRequest(
                job, .cancelled, message: "It was cancelled.")
        }
    }
}
