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
        let fields = try call.body()
        let tag = try BackupTag(call.argument("tag"))
        let (selection, truncate) = try choose(fields)
        let destination =
            try fields.text("destination").flatMap { $0.isEmpty ? nil : $0 }
            ?? DestinationID.onServer
        guard try fields.flag("dry_run") != true else {
            throw APIError.invalid("dry_run: is not available in this version.")
        }
        let useLoader = try fields.flag("use_sstableloader") ?? true
        let truncatesAll = try fields.flag("truncate") ?? false
        guard useLoader || truncatesAll else {
            throw APIError.invalid("use_sstableloader: false needs truncate: true.")
        }
        return try call.inCluster { connection, id in
            guard
                let copy = try connection.run(
                    APIStatement.copyListed, .text(id), .text(tag.text), .text(destination)
                ).first
            else {
                throw APIError.noSuch("Backup", "There is no backup '\(tag)' on \(destination).")
            }
            guard try copy.text(1) != "running" else {
                throw APIError.conflict("The backup '\(tag)' is still being made.")
            }
            try check(selection, against: copy.text(0))
            let queue = Enqueueing(connection: connection, clusterID: id)
            let requestID = try queue.addRequest(
                type: "restore", tag: tag, keyspaces: selection.keyspaces,
                destinations: [destination])
            let time = try queue.addOnlyEvent(
                tag: tag, type: .restore, destination: destination, requestID: requestID,
                keyspaces: selection.keyspaces)
            try queue.addJob(
                .restore, requestID: requestID,
                payload: RestoreJob(
                    tag: tag, eventTime: time, destinationID: destination, selection: selection,
                    truncate: .init(standard: truncatesAll, byKeyspace: truncate),
                    excludedNodes: try fields.texts("excluded-nodes") ?? [],
                    force: try fields.flag("force") ?? false,
                    forceSchema: try fields.flag("force_schema") ?? false,
                    throttle: try fields.number("throttle", minimum: 0).flatMap {
                        $0 > 0 ? $0 : nil
                    },
                    useSSTableLoader: useLoader,
                    restartPause: Int(try fields.number("restart_pause", minimum: 0) ?? 60)))
            return try .string(requestID)
        }
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
