import BackupModel
import FoundationEssentials
import Postgres
import SCGI

/// `POST backups/run`: a backup now.
enum RunBackup {
    static func run(_ call: Call) throws -> Response {
        let fields = try call.body()
        let selection = try selection(fields)
        let destinations = try fields.transferOptions(
            deleteAll: call.service.settings.deletesAdhocDestinations)
        return try call.inCluster { connection, id in
            let queue = Enqueueing(connection: connection, clusterID: id)
            try queue.checkDestinations(destinations.keys.sorted())
            try checkKeyspaces(selection, in: id, connection)
            return try .string(
                enqueue(
                    selection, destinations.filter { $0.key != DestinationID.onServer }, queue))
        }
    }

    /// Everything in one transaction: the event is listed as soon as this has answered.
    private static func enqueue(
        _ selection: TableSelection, _ destinations: [String: TransferOptions],
        _ queue: Enqueueing
    ) throws -> String {
        let all = [DestinationID.onServer] + destinations.keys.sorted()
        var time = try queue.now()
        // Of two runs in the same second one waits here for the other's commit, and goes on.
        while try queue.connection.run(
            APIStatement.backupAdd, .text(queue.clusterID), .text(BackupTag.adhoc(at: time).text),
            .number(time)
        ).affected == 0 {
            time += 1
        }
        let tag = BackupTag.adhoc(at: time)
        let requestID = try queue.addRequest(
            type: "backup", tag: tag, keyspaces: selection.keyspaces, destinations: all)
        try queue.connection.run(
            APIStatement.backupRequest, .text(queue.clusterID), .text(tag.text), .text(requestID))
        for destination in all {
            try queue.addCopy(tag: tag, destination: destination, destinations[destination])
            _ = try queue.addEvent(
                at: time, tag: tag, type: .backup, destination: destination, requestID: requestID,
                keyspaces: selection.keyspaces)
        }
        try queue.addJob(
            .backup, requestID: requestID,
            payload: BackupJob(
                tag: tag, scheduleID: nil, eventTime: time, selection: selection,
                destinations: destinations))
        return requestID
    }

    private static func selection(_ fields: Fields) throws -> TableSelection {
        var keyspaces: [String: [String]] = [:]
        for keyspace in try fields.texts("keyspaces") ?? [] { keyspaces[keyspace] = [] }
        if fields.has("tables") {
            let tables = try fields.section("tables")
            for keyspace in tables.members.keys {
                keyspaces[keyspace] = try tables.texts(keyspace) ?? []
            }
        }
        for (keyspace, tables) in keyspaces {
            for name in [keyspace] + tables where !TableName.isAcceptable(name) {
                throw APIError.invalid("keyspaces: '\(name)' is no name of a keyspace or table.")
            }
        }
        return TableSelection(keyspaces: keyspaces)
    }

    /// Refuses a keyspace that no agent reports; where none has reported yet, the run will tell.
    private static func checkKeyspaces(
        _ selection: TableSelection, in id: String, _ connection: Connection
    ) throws {
        let json = try connection.run(APIStatement.nodeKeyspaces, .text(id))[0].text(0)
        let known = try JSONDecoder().decode([String: JSONValue].self, from: Data(json.utf8))
        guard !known.isEmpty else { return }
        for keyspace in selection.keyspaces.keys.sorted()
        where known[keyspace] == nil && !keyspace.hasPrefix("system") {
            throw APIError.noSuch("Keyspace", "There is no keyspace '\(keyspace)'.")
        }
    }
}
