import BackupModel
import Catalog
import JobQueue
import Postgres
import SCGI

/// `backups/pit`: whether and where the nodes archive their commitlogs.
enum CommitLogArchiving {
    /// Seconds between two nodes where nobody says.
    private static let sleep = 60.0

    static func show(_ call: Call) throws -> Response {
        try call.inCluster { connection, id in
            let row = try connection.run(ArchiveStatement.show, .text(id)).first
            return .text(try row?.text(0) ?? #"{"enabled":false,"destinations":{}}"#)
        }
    }

    /// Enables it, or changes how it is done. Answers the request of the rolling restart.
    static func enable(_ call: Call) throws -> Response {
        let fields = try call.body()
        let configuration = ArchiveConfiguration(
            isEnabled: true, directory: try directory(fields),
            destinations: try destinations(fields), sleep: try sleep(fields),
            drainsFirst: try fields.flag("drain_first") ?? true)
        return try call.inCluster { connection, id in
            let queue = Enqueueing(connection: connection, clusterID: id)
            let destinations = configuration.destinations.keys.sorted()
            try queue.checkDestinations(destinations)
            let requestID = try begin(.pointInTimeEnable, destinations, queue)
            try configuration.enable(connection, clusterID: id, requestID: requestID)
            return try .string(requestID)
        }
    }

    /// Disables it; what was archived so far is shipped all the same.
    static func disable(_ call: Call) throws -> Response {
        let fields = try call.body()
        let sleep = try sleep(fields)
        let drainsFirst = try fields.flag("drain_first") ?? true
        return try call.inCluster { connection, id in
            guard let configuration = try ArchiveConfiguration.read(connection, clusterID: id),
                configuration.isEnabled
            else { throw APIError.conflict("Commitlog backups are not enabled.") }
            let requestID = try begin(
                .pointInTimeDisable, configuration.destinations.keys.sorted(),
                Enqueueing(connection: connection, clusterID: id))
            try connection.run(
                ArchiveStatement.disable, .text(id), .number(sleep), .flag(drainsFirst),
                .text(requestID))
            return try .string(requestID)
        }
    }

    /// Up to when each node's commitlogs are safely away: on all destinations, or on the one that
    /// the query names.
    static func logs(_ call: Call) throws -> Response {
        let destination = call.request.query["destination"].flatMap { $0.isEmpty ? nil : $0 }
        return try call.inCluster { connection, id in
            .text(
                try connection.run(ArchiveStatement.logs, .text(id), .text(destination))[0].text(0))
        }
    }

    private static func begin(
        _ type: ActivityType, _ destinations: [String], _ queue: Enqueueing
    ) throws -> String {
        let requestID = try ArchiveConfiguration.beginRequest(
            queue.connection, clusterID: queue.clusterID, type: type, destinations: destinations)
        try queue.addJob(
            .configureArchive, requestID: requestID, payload: ConfigureArchiveJob(eventType: type))
        return requestID
    }

    /// Cassandra splits its archive command at spaces, and takes `%` for names of its own.
    private static func directory(_ fields: Fields) throws -> String {
        guard let path = try fields.text("backup_directory"), !path.isEmpty else {
            throw APIError.invalid("backup_directory: is missing.")
        }
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/"), !parts.isEmpty, !parts.contains("."), !parts.contains(".."),
            !path.contains(where: { $0.isWhitespace || $0 == "%" || $0 == "\\" }),
            path.utf8.count <= 1_000
        else {
            throw APIError.invalid(
                "backup_directory: got '\(path)', accepted is an absolute path without spaces, "
                    + "'%', '\\', '.' and '..'.")
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func destinations(_ fields: Fields) throws -> [String: ArchiveOptions] {
        let destinations = try (fields.objects("destinations") ?? [:]).mapValues { options in
            ArchiveOptions(
                compressed: try options.flag("compressed") ?? false,
                throttle: try options.number("throttle", minimum: 0).flatMap { $0 > 0 ? $0 : nil })
        }
        guard !destinations.isEmpty else {
            throw APIError.invalid(
                "destinations: names none, accepted is an object with the id of at least one.")
        }
        return destinations
    }

    private static func sleep(_ fields: Fields) throws -> Int {
        let seconds = try fields.number("sleep", minimum: 0) ?? sleep
        guard seconds <= 86_400 else {
            throw APIError.invalid("sleep: got \(seconds), accepted are up to 86400 seconds.")
        }
        return Int(seconds.rounded(.up))
    }
}
