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

    /// Adds an event for each destination, all at the first second from now on that is free for
    /// each of them; answers the second.
    func addEvents(
        tag: BackupTag, type: ActivityType, destinations: [String], requestID: String,
        keyspaces: [String: [String]]
    ) throws -> Int64 {
        // Of two calls in the same second one waits here for the other's commit.
        try connection.run(APIStatement.lockBackup, .text(clusterID), .text(tag.text))
        let time = try connection.run(
            APIStatement.eventTime, .text(clusterID), .text(tag.text), .text(type.rawValue),
            .array(destinations))[0].number(0)
        for destination in destinations {
            _ = try addEvent(
                at: time, tag: tag, type: type, destination: destination, requestID: requestID,
                keyspaces: keyspaces)
        }
        return time
    }

    /// Adds a copy that is to be made of an on-server snapshot, or takes up the one that there is.
    /// One that is listed stays listed meanwhile.
    func addSyncCopy(tag: BackupTag, destination: String, _ options: TransferOptions) throws {
        try connection.run(
            APIStatement.syncCopy, .text(clusterID), .text(tag.text), .text(destination),
            .text(json(options)))
    }

    /// Refuses destinations that are not known. The others cannot be removed before the transaction
    /// ends.
    func checkDestinations(_ ids: [String]) throws {
        let wanted = ids.filter { $0 != DestinationID.onServer }
        guard !wanted.isEmpty else { return }
        let known = Set(
            try connection.run(
                APIStatement.destinationHold, .text(clusterID), .array(wanted)
            ).map { try $0.text(0) })
        if let missing = wanted.first(where: { !known.contains($0) }) {
            throw APIError.noSuch("Destination", "There is no destination '\(missing)'.")
        }
    }

    /// Refuses a copy of a backup that is not there, or is still being made.
    func checkCopy(of tag: BackupTag, on destination: String) throws {
        let copy = try connection.run(
            APIStatement.copyListed, .text(clusterID), .text(tag.text), .text(destination)
        ).first
        switch try copy?.text(1) {
        case "success", "partial": return
        case "running":
            throw APIError.conflict("The backup '\(tag)' is still being made on \(destination).")
        default:
            throw APIError.noSuch("Backup", "There is no backup '\(tag)' on \(destination).")
        }
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
