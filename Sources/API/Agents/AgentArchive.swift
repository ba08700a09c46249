import BackupModel
import Catalog
import FoundationEssentials
import Postgres
import SCGI

/// What agents ask and tell of the archiving of their nodes' commitlogs.
enum AgentArchive {
    /// Lines of a ledger that one call takes.
    private static let mostEntries = 1_000

    /// What the agent is to do: the configuration, with all that is needed to reach the
    /// destinations.
    static func order(_ call: Call) throws -> Response {
        let host = try HostID(call.argument("host"))
        return try call.inCluster { connection, id in
            try Agents.check(call, host, in: id, connection)
            guard let configuration = try ArchiveConfiguration.read(connection, clusterID: id)
            else {
                throw APIError.noSuch("Configuration", "Commitlogs were never archived.")
            }
            let order = ArchiveOrder(
                stamp: try stamp(of: id, connection) ?? "", epoch: configuration.epoch,
                isEnabled: configuration.isEnabled, directory: configuration.directory,
                targets: try targets(call, id, connection),
                knownSequence: try connection.run(
                    ArchiveStatement.knownSequence, .text(id), .text(host.text))[0].number(0))
            return .text(String(decoding: try JSONEncoder().encode(order), as: UTF8.self))
        }
    }

    /// Takes lines of the agent's ledger; what is known already stays as it is.
    static func report(_ call: Call) throws -> Response {
        let host = try HostID(call.argument("host"))
        let entries: [SegmentEntry]
        do {
            entries = try JSONDecoder().decode([SegmentEntry].self, from: Data(call.request.body))
        } catch {
            throw APIError.invalid("The body must be an array of segments: \(error)")
        }
        guard entries.count <= mostEntries else {
            throw APIError.invalid("The body holds more than \(mostEntries) segments.")
        }
        return try call.inCluster { connection, id in
            try Agents.check(call, host, in: id, connection)
            try connection.run(
                ArchiveStatement.addSegments, .text(id), .text(host.text),
                .text(String(decoding: call.request.body, as: UTF8.self)))
            return .text("null")
        }
    }

    /// Tells an agent whether its order has changed; `nil` where there never was one.
    static func stamp(of id: String, _ connection: Connection) throws -> String? {
        try connection.run(ArchiveStatement.stamp, .text(id)).first?.text(0)
    }

    private static func targets(
        _ call: Call, _ id: String, _ connection: Connection
    ) throws -> [ArchiveOrder.Target] {
        try connection.run(ArchiveStatement.targets, .text(id)).map { row in
            let destination = try row.text(0)
            let options = try JSONDecoder().decode(
                ArchiveOptions.self, from: Data(row.text(1).utf8))
            guard let provider = row.optionalText(2) else {
                return ArchiveOrder.Target(id: destination, destination: nil, options: options)
            }
            return ArchiveOrder.Target(
                id: destination,
                destination: try DestinationDescription(
                    id: destination, provider: provider, settings: row.text(3),
                    secrets: call.service.sealer.secrets(
                        ofDestination: destination, in: id, row.optionalBytes(4))),
                options: options)
        }
    }
}
