import BackupModel
import FoundationEssentials
import Postgres
import SCGI

/// `POST backups/restore/{tag}[/{ks}[/{table}]]`.
enum RestoreBackup {
    private static let noSuchBackup = "NoSuchBackup"

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
        let body = try call.body(orForm: RestoreFields.formMembers)
        let fields = RestoreFields(body, isDrill: call.flag("drill"))
        let tag = try BackupTag(call.argument("tag"))
        let (selection, truncate) = try choose(body)
        let job = try fields.job(tag: tag, selection: selection, truncate: truncate)
        let isDryRun = try fields.isDryRun()
        return try looking(for: job, call) {
            try isDryRun ? plan(job, call) : enqueue(job, call)
        }
    }

    /// Does it; where the catalog does not know the backup, after an agent has read the
    /// destination.
    private static func looking(
        for job: RestoreJob, _ call: Call, _ body: () throws -> Response
    ) throws -> Response {
        do {
            return try body()
        } catch let error as APIError
            where error.type == noSuchBackup && job.destinationID != DestinationID.onServer
        {
            let id = try call.inCluster { _, id in id }
            _ = try DestinationReading(call: call, clusterID: id).run(job.destinationID)
            return try body()
        }
    }

    private static func plan(_ job: RestoreJob, _ call: Call) throws -> Response {
        let id = try call.inCluster { connection, id in
            try check(job, in: id, connection)
            return id
        }
        let plan = try JobAnswer(call: call, clusterID: id).of(.planRestore, .plain(job))
        return .text(plan ?? "null")
    }

    private static func enqueue(_ job: RestoreJob, _ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            try check(job, in: id, connection)
            try checkTruncate(job, in: id, connection)
            let queue = Enqueueing(connection: connection, clusterID: id)
            let requestID = try queue.addRequest(
                type: "restore", tag: job.tag, keyspaces: job.selection.keyspaces,
                destinations: [job.destinationID])
            var job = job
            job.eventTime = try queue.addOnlyEvent(
                tag: job.tag, type: .restore, destination: job.destinationID, requestID: requestID,
                keyspaces: job.selection.keyspaces)
            try queue.addJob(.restore, requestID: requestID, payload: job)
            return try .string(requestID)
        }
    }

    /// TRUNCATE needs every node, whatever `force` says.
    private static func checkTruncate(
        _ job: RestoreJob, in id: String, _ connection: Connection
    ) throws {
        let truncates = job.truncate.standard || job.truncate.byKeyspace.values.contains(true)
        guard job.force, truncates else { return }
        let away = try connection.run(APIStatement.nodesAway, .text(id)).map { try $0.text(0) }
        guard away.isEmpty else {
            throw APIError.conflict(
                "force: cannot help with truncate, because TRUNCATE needs every node and these do"
                    + " not answer: \(away.joined(separator: ", ")).")
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
