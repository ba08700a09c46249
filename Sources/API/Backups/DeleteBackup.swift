import BackupModel
import Postgres
import SCGI

/// `DELETE backups`: parameters in the query or in a JSON body. It waits its turn behind whatever
/// runs for the cluster, so it never breaks an upload.
enum DeleteBackup {
    static func delete(_ call: Call) throws -> Response {
        let fields = try call.body()
        func parameter(_ name: String) throws -> String? {
            try (call.request.query[name] ?? fields.text(name)).flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let text = try parameter("tag") else { throw APIError.invalid("tag: is missing.") }
        let tag = try BackupTag(text)
        let destination = try parameter("destination") ?? DestinationID.onServer
        // Only a clear yes counts: the original's own console sends odd values here.
        let body = try? fields.flag("remove_destination")
        let removes = call.flag("remove_destination") || body == true
        return try call.inCluster { connection, id in
            let copy = try connection.run(
                APIStatement.copyListed, .text(id), .text(tag.text), .text(destination))
            guard copy.count == 1 else {
                throw APIError.noSuch("Backup", "There is no backup '\(tag)' on \(destination).")
            }
            let queue = Enqueueing(connection: connection, clusterID: id)
            let requestID = try queue.addRequest(
                type: "delete", tag: tag, keyspaces: [:], destinations: [destination])
            let time = try queue.addOnlyEvent(
                tag: tag, type: .delete, destination: destination, requestID: requestID,
                keyspaces: [:])
            try queue.addJob(
                .deleteBackup, requestID: requestID,
                payload: DeleteBackupJob(
                    tag: tag, eventTime: time, destinationID: destination,
                    removeDestination: removes))
            return try .string(requestID)
        }
    }
}
