import AgentProtocol
import BackupModel
import FoundationEssentials
import JobQueue

/// Has an agent read which graphs a backup holds, for a worker that waits for the answer.
///
/// Every host's part of a backup has the whole schema, so that of one is read.
package struct ReadGraphsDriver: Sendable {
    private let context: JobContext
    private let order: ReadGraphsJob

    package init(context: JobContext) throws {
        self.context = context
        order = try context.payload(ReadGraphsJob.self)
    }

    package func run() async throws {
        let ending: JobEnding
        do {
            let answer = ReadGraphsJob.Answer(graphs: try await graphs())
            ending = .succeeded(
                result: String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
        } catch let failure as OperationFailure {
            ending = .failed(error: failure.message)
        }
        try await context.finish(ending)
    }

    private func graphs() async throws -> [String: [String]]? {
        let hosts = try await context.hosts(of: order.tag, on: order.destinationID)
        let (shares, _) = PartShare.assign(
            hosts.map(\.hostID), live: try await context.nodes().live,
            isOnServer: order.destinationID == DestinationID.onServer)
        guard let share = shares.first else { return nil }
        // The epoch is in the name: a new holder of the job reads anew.
        return try await context.perform(
            DescribeGraphs(
                tag: order.tag,
                source: try await context.source(order.destinationID, of: share.host)),
            on: share.node, stage: "graphs-\(context.job.epoch)"
        ).graphs
    }
}
