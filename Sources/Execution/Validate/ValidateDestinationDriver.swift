import AgentProtocol
import BackupModel
import FoundationEssentials

/// Has agents try a destination, for a worker that waits for the verdict.
package struct ValidateDestinationDriver: Sendable {
    private let context: JobContext

    package init(context: JobContext) {
        self.context = context
    }

    /// A local folder must work on every live node; anything else is tried from one.
    package func run() async throws {
        let destination = try context.payload(ValidateDestinationJob.self).destination
        let roll = try await context.nodes()
        let nodes: [ClusterNode] =
            if case .local = destination.location { roll.live } else { Array(roll.live.prefix(1)) }
        let problem: String?
        if nodes.isEmpty {
            problem = "No agent of the cluster answers, so the destination cannot be tried."
        } else {
            let tried = try await context.together(nodes) { node in
                try await context.perform(
                    ValidateDestination(destination: destination), on: node, stage: "validate",
                    attempts: 1)
            }
            problem = tried.failures.min { $0.0.address < $1.0.address }
                .map { "node \($0.0.address): \($0.1.message)" }
        }
        let verdict = String(
            decoding: try JSONEncoder().encode(ValidateDestinationJob.Verdict(problem: problem)),
            as: UTF8.self)
        let job = context.job
        try await context.pool.transaction(permitting: .only(job.clusterID)) { connection in
            try Outcomes(connection, clusterID: job.clusterID).finishRequest(
                job, problem == nil ? .success : .partial, message: problem, result: verdict)
        }
    }
}
