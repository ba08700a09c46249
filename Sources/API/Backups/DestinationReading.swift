import BackupModel
import Postgres

/// Has an agent read destinations, so that the catalog knows what lies there.
struct DestinationReading {
    private let call: Call
    private let clusterID: String

    init(call: Call, clusterID: String) {
        self.call = call
        self.clusterID = clusterID
    }

    /// Reads one destination, or all where none is named. The snapshots on the nodes are not read:
    /// nobody but this service makes or removes them.
    ///
    /// - Returns: the ids of destinations that could not be read; what is known of them is old.
    /// - Throws: 404 where it is not known; 400 with the reason where the one that is named cannot
    ///   be read; 503 and 504 as `JobAnswer`.
    func run(_ destination: String?) throws -> [String] {
        guard destination != DestinationID.onServer else { return [] }
        if let destination {
            try call.service.database.transaction(permitting: .only(clusterID)) { connection in
                try Enqueueing(connection: connection, clusterID: clusterID)
                    .checkDestinations([destination])
            }
        }
        let answer = try JobAnswer(call: call, clusterID: clusterID).of(
            .readDestinations, .plain(ReadDestinationsJob(destinationID: destination)),
            as: ReadDestinationsJob.Answer.self)
        guard !answer.isAgentMissing else {
            throw APIError(
                status: 504, type: "AgentTimeout", message: "No agent of the cluster answers.")
        }
        if let destination, let problem = answer.problems[destination] {
            throw APIError.invalid("destination: \(destination) cannot be read: \(problem)")
        }
        return answer.problems.keys.sorted()
    }
}
