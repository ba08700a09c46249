import BackupModel
import FoundationEssentials
import JobQueue
import Postgres
import SCGI
import Sealing

/// Puts a job in the queue for which this worker waits, and brings back its answer.
///
/// It waits outside of any transaction, in a slot that not more than half of the workers may hold,
/// of which the calls of one cluster get their share, and beats its heart meanwhile. The job goes on
/// when nobody waits for it any more.
struct JobAnswer {
    private let call: Call
    private let clusterID: String
    private let taker: String?

    /// - Parameter isShared: whether the cluster's share of the slots is what it may take from.
    init(call: Call, clusterID: String, isShared: Bool = true) {
        self.call = call
        self.clusterID = clusterID
        taker = isShared ? clusterID : nil
    }

    /// What a job is asked to do, and whether it holds secrets.
    enum Payload {
        case plain(any Encodable)
        case sealed(any Encodable)
    }

    /// Has the job done; answers its result, JSON, or `nil` where it has none.
    ///
    /// - Throws: 503 where too many workers wait already, 429 where the cluster's do; 504 where it
    ///   has not ended in time; 400 with the job's own reason where it failed.
    func of(_ kind: JobKind, _ payload: Payload) throws -> String? {
        switch try ending(of: kind, payload) {
        case .succeeded(let result): return result
        case .failed(let error): throw APIError.invalid(error)
        case .cancelled: throw APIError.conflict("It was called off.")
        case nil:
            throw APIError(
                status: 504, type: "AgentTimeout", message: "No agent answered in time.")
        }
    }

    /// Has the job done; answers how it ended, `nil` where it has not in time.
    ///
    /// - Throws: 503 where too many workers wait already, 429 where the cluster's do.
    func ending(of kind: JobKind, _ payload: Payload) throws -> JobEnding? {
        var ending: JobEnding?
        let waited = try call.service.waiting(taker) {
            ending = try waitFor(enqueue(kind, payload))
            return .text("null")
        }
        guard waited != nil else {
            throw APIError(
                status: 503, type: "ServiceUnavailable",
                message: "Too many calls wait for agents already.", retryAfter: 5)
        }
        return ending
    }

    /// As `of(_:_:)`, with the result read as `Result`.
    func of<Result: Decodable>(
        _ kind: JobKind, _ payload: Payload, as type: Result.Type
    ) throws -> Result {
        guard let result = try of(kind, payload) else {
            throw APIError.invalid("The job \(kind.rawValue) ended without an answer.")
        }
        return try JSONDecoder().decode(type, from: Data(result.utf8))
    }

    private func enqueue(_ kind: JobKind, _ payload: Payload) throws -> String {
        let (service, clusterID) = (call.service, clusterID)
        let content: NewJob.Payload =
            switch payload {
            case .plain(let value):
                .plain(json: String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
            case .sealed(let value):
                .sealed(
                    try service.sealer.seal(
                        Array(JSONEncoder().encode(value)),
                        for: SealingPlace.job(cluster: clusterID)))
            }
        return try service.database.transaction(permitting: .only(clusterID)) { connection in
            try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: clusterID, requestID: nil, kind: kind, payload: content,
                    priority: 10, isAwaited: true))
        }
    }

    private func waitFor(_ jobID: String) throws -> JobEnding? {
        try call.service.database.withConnection { connection in
            try JobQueue.waitForEnding(
                on: connection, clusterID: clusterID, jobID: jobID,
                seconds: call.service.settings.waitSeconds, heartbeat: call.beat)
        }
    }
}
