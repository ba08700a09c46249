import BackupModel
import FoundationEssentials
import Postgres
import SCGI

/// `POST backups/restore/{tag}[/{ks}[/{table}]]`.
enum RestoreBackup {
    static func all(_ call: Call) throws -> Response {
        try restore(call) { fields in
            var keyspaces: [String: [String]] = [:]
            var truncate: [String: Bool] = [:]
            for (keyspace, options) in try fields.objects("keyspaces") ?? [:] {
                keyspaces[keyspace] = try options.texts("column-families") ?? []
                truncate[keyspace] = try options.flag("truncate")
            }
            return (TableSelection(keyspaces: keyspaces), truncate)
        }
    }

    static func keyspace(_ call: Call) throws -> Response {
        try restore(call) { fields in
            let tables = try fields.texts("column-families") ?? []
            return (TableSelection(keyspaces: [call.argument("keyspace"): tables]), [:])
        }
    }

    static func table(_ call: Call) throws -> Response {
        try restore(call) { _ in
            let tables = [call.argument("table")]
            return (TableSelection(keyspaces: [call.argument("keyspace"): tables]), [:])
        }
    }

    private static func restore(
        _ call: Call, _ choose: (Fields) throws -> (TableSelection, [String: Bool])
    ) throws -> Response {
        let body = try call.body()
        let fields = RestoreFields(body, isDrill: call.flag("drill"))
        let tag = try BackupTag(call.argument("tag"))
        let (selection, truncate) = try choose(body)
        var job = try fields.job(tag: tag, selection: selection, truncate: truncate)
        guard try !fields.isDryRun() else {
            throw APIError.invalid("dry_run: is not available in this version.")
        }
        return try call.inCluster { connection, id in
            try check(job, in: id, connection)
            let queue = Enqueueing(connection: connection, clusterID: id)
            let requestID = try queue.addRequest(
                type: "restore", tag: tag, keyspaces: selection.keyspaces,
                destinations: [job.destinationID])
            job.eventTime = try queue.addOnlyEvent(
                tag: tag, type: .restore, destination: job.destinationID, requestID: requestID,
                keyspaces: selection.keyspaces)
            try queue.addJob(.restore, requestID: requestID, payload: job)
            return try .string(requestID)
        }
    }

    /// Refuses a backup that is not there, or is still being made.
    private static func check(_ job: RestoreJob, in id: String, _ connection: Connection) throws {
        guard
            let copy = try connection.run(
                APIStatement.copyListed, .text(id), .text(job.tag.text), .text(job.destinationID)
            ).first
        else {
            throw APIError.noSuch(
                "Backup", "There is no backup '\(job.tag)' on \(job.destinationID).")
        }
        guard try copy.text(1) != "running" else {
            throw APIError.conflict("The backup '\(job.tag)' is still being made.")
        }
        try check(job.selection, against: copy.text(0))
    }

    /// Refuses keyspaces and tables that the backup does not hold.
    private static func check(_ selection: TableSelection, against keyspaces: String) throws {
        struct Held: Decodable { var cfs: [String] }
        let held = try JSONDecoder().decode([String: Held].self, from: Data(keyspaces.utf8))
        for (keyspace, tables) in selection.keyspaces.sorted(by: { $0.key < $1.key }) {
            guard let cfs = held[keyspace]?.cfs else {
                throw APIError.noSuch("Keyspace", "The backup has no keyspace '\(keyspace)'.")
            }
            for table in tables where !cfs.contains(table) {
                throw APIError.invalid(
                    "column-families: the backup has no table '\(keyspace).\(table)'.")
            }
        }
    }
}
