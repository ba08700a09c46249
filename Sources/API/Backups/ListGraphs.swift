import BackupModel
import FoundationEssentials
import Postgres
import SCGI

/// `GET backups/graphs/{tag}/{destination}`: the graphs of a backup, each with its keyspaces, as an
/// agent reads them from the schema that is stored with it.
enum ListGraphs {
    static func list(_ call: Call) throws -> Response {
        let tag = try BackupTag(call.argument("tag"))
        let destination = call.argument("destination")
        let id = try call.inCluster { connection, id in
            let queue = Enqueueing(connection: connection, clusterID: id)
            try queue.checkDestinations([destination])
            try queue.checkCopy(of: tag, on: destination)
            return id
        }
        let answer = try JobAnswer(call: call, clusterID: id).of(
            .readGraphs, .plain(ReadGraphsJob(tag: tag, destinationID: destination)),
            as: ReadGraphsJob.Answer.self)
        guard let graphs = answer.graphs else {
            throw APIError(
                status: 504, type: "AgentTimeout",
                message: "No agent that could read the backup's schema answers.")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return .json(Array(try encoder.encode(graphs)))
    }
}
