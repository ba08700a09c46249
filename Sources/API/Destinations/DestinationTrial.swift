import BackupModel
import FoundationEssentials
import Glibc
import JobQueue
import Postgres
import SCGI
import Sealing

/// Has an agent try a destination before it is stored, and waits for what it finds.
struct DestinationTrial {
    private let call: Call
    private let clusterID: String

    init(call: Call, clusterID: String) {
        self.call = call
        self.clusterID = clusterID
    }

    /// - Throws: 400 with the provider's own reason; 503 where too many workers wait already; 504
    ///   where no agent answered in time.
    func run(_ destination: DestinationDescription) throws {
        let waited = try call.service.waiting {
            let jobID = try enqueue(destination)
            try awaitVerdict(jobID)
            return .text("null")
        }
        guard waited != nil else {
            throw APIError(
                status: 503, type: "ServiceUnavailable",
                message: "Too many calls wait for agents already.", retryAfter: 5)
        }
    }

    private func enqueue(_ destination: DestinationDescription) throws -> String {
        let payload = try call.service.sealer.seal(
            Array(JSONEncoder().encode(ValidateDestinationJob(destination: destination))),
            for: SealingPlace.job(cluster: clusterID))
        return try call.service.database.transaction(permitting: .only(clusterID)) { connection in
            try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: clusterID, requestID: nil, kind: .validateDestination,
                    payload: .sealed(payload), priority: 10))
        }
    }

    /// Looks every 50 ms, outside of any transaction.
    private func awaitVerdict(_ jobID: String) throws {
        let rounds = Int(call.service.settings.waitSeconds * 20)
        for _ in 0..<rounds {
            call.beat()
            let ending = try call.service.database.transaction(permitting: .only(clusterID)) {
                try JobQueue($0).ending(clusterID: clusterID, jobID: jobID)
            }
            switch ending {
            case nil:
                usleep(50_000)
            case .succeeded(let result?)?:
                let verdict = try JSONDecoder().decode(
                    ValidateDestinationJob.Verdict.self, from: Data(result.utf8))
                if let problem = verdict.problem { throw APIError.invalid(problem) }
                return
            case .succeeded(nil)?, .cancelled?:
                throw APIError.invalid("The destination could not be tried.")
            case .failed(let error)?:
                throw APIError.invalid(error)
            }
        }
        throw APIError(
            status: 504, type: "AgentTimeout", message: "No agent answered in time.")
    }
}
