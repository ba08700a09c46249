import BackupModel
import FoundationEssentials
import Postgres
import SCGI

/// `POST backups/sync`: sends a snapshot that the nodes hold to destinations.
enum SyncBackup {
    static func sync(_ call: Call) throws -> Response {
        let fields = try call.body()
        guard let text = try fields.text("tag") else { throw APIError.invalid("tag: is missing.") }
        let tag = try BackupTag(text)
        let destinations = try fields.transferOptions(
            deleteAll: call.service.settings.deletesAdhocDestinations
        ).filter { $0.key != DestinationID.onServer }
        guard !destinations.isEmpty else {
            throw APIError.invalid(
                "destinations: names none, accepted is an object with the id of at least one.")
        }
        return try call.inCluster { connection, id in
            let queue = Enqueueing(connection: connection, clusterID: id)
            try queue.checkDestinations(destinations.keys.sorted())
            let keyspaces = try keyspacesOfSnapshot(tag, in: id, connection)
            return try .string(enqueue(tag, keyspaces, destinations, queue))
        }
    }

    /// What the snapshot holds; refused where there is none, or it is not made yet.
    private static func keyspacesOfSnapshot(
        _ tag: BackupTag, in id: String, _ connection: Connection
    ) throws -> [String: [String]] {
        struct Held: Decodable { var cfs: [String] }
        let copy = try connection.run(
            APIStatement.copyListed, .text(id), .text(tag.text), .text(DestinationID.onServer)
        ).first
        switch try copy?.text(1) {
        case "success", "partial":
            return try JSONDecoder().decode(
                [String: Held].self, from: Data((copy?.text(0) ?? "{}").utf8)
            ).mapValues(\.cfs)
        case "running":
            throw APIError.conflict("The backup '\(tag)' is still being made.")
        default:
            throw APIError.noSuch("Backup", "The nodes hold no snapshot '\(tag)'.")
        }
    }

    /// One request; for each destination an event of its own, with the same time.
    private static func enqueue(
        _ tag: BackupTag, _ keyspaces: [String: [String]],
        _ destinations: [String: TransferOptions], _ queue: Enqueueing
    ) throws -> String {
        let ids = destinations.keys.sorted()
        let requestID = try queue.addRequest(
            type: "sync", tag: tag, keyspaces: keyspaces, destinations: ids)
        let time = try queue.addEvents(
            tag: tag, type: .sync, destinations: ids, requestID: requestID, keyspaces: keyspaces)
        for (destination, options) in destinations {
            try queue.addSyncCopy(tag: tag, destination: destination, options)
        }
        try queue.addJob(
            .sync, requestID: requestID,
            payload: SyncJob(tag: tag, eventTime: time, destinations: destinations))
        return requestID
    }
}
