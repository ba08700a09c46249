import BackupModel
import FoundationEssentials
import JobQueue
import Postgres

/// Puts a long-running call in the queue: request, events and job, in the caller's transaction.
struct Enqueueing {
    let connection: Connection
    let clusterID: String

    /// The database's clock, whole seconds since 1970.
    func now() throws -> Int64 {
        try connection.run(APIStatement.now)[0].number(0)
    }

    /// Adds the request; answers its id.
    func addRequest(
        type: String, tag: BackupTag, keyspaces: [String: [String]], destinations: [String]
    ) throws -> String {
        try connection.run(
            APIStatement.requestAdd, .text(clusterID), .text(type), .text(tag.text),
            .text(json(keyspaces)), .text(json(destinations)))[0].text(0)
    }

    /// Adds an event; answers whether its key was free.
    func addEvent(
        at time: Int64, tag: BackupTag, type: ActivityType, destination: String,
        requestID: String, keyspaces: [String: [String]]
    ) throws -> Bool {
        try connection.run(
            APIStatement.eventAdd, .text(clusterID), .number(time), .text(tag.text),
            .text(type.rawValue), .text(destination), .text(requestID), .text(json(keyspaces))
        ).affected == 1
    }

    /// Adds the one event of a call, at the first free second from now on; answers the second.
    func addOnlyEvent(
        tag: BackupTag, type: ActivityType, destination: String, requestID: String,
        keyspaces: [String: [String]]
    ) throws -> Int64 {
        var time = try now()
        while try !addEvent(
            at: time, tag: tag, type: type, destination: destination, requestID: requestID,
            keyspaces: keyspaces)
        {
            time += 1
        }
        return time
    }

    /// Adds the job.
    func addJob(_ kind: JobKind, requestID: String, payload: some Encodable) throws {
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: clusterID, requestID: requestID, kind: kind,
                payload: .plain(json: json(payload))))
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
