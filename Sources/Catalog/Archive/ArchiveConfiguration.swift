package import BackupModel
import FoundationEssentials
package import Postgres
import Statements

/// How the commitlogs of a cluster are archived.
package struct ArchiveConfiguration: Hashable, Sendable {
    package var isEnabled: Bool
    /// Where Cassandra archives to on every node.
    package var directory: String
    /// By destination id.
    package var destinations: [String: ArchiveOptions]
    /// Seconds between two nodes of the rolling restart.
    package var sleep: Int
    package var drainsFirst: Bool
    /// Grows with every change; 0 before the first.
    package var epoch: Int64

    package init(
        isEnabled: Bool, directory: String, destinations: [String: ArchiveOptions], sleep: Int,
        drainsFirst: Bool, epoch: Int64 = 0
    ) {
        self.isEnabled = isEnabled
        self.directory = directory
        self.destinations = destinations
        self.sleep = sleep
        self.drainsFirst = drainsFirst
        self.epoch = epoch
    }

    /// As the catalog has it; `nil` where it was never enabled.
    package static func read(
        _ connection: Connection, clusterID: String
    ) throws -> ArchiveConfiguration? {
        try connection.run(ArchiveStatement.configuration, .text(clusterID)).first.map { row in
            ArchiveConfiguration(
                isEnabled: try row.flag(0), directory: try row.text(1),
                destinations: try JSONDecoder().decode(
                    [String: ArchiveOptions].self, from: Data(row.text(2).utf8)),
                sleep: Int(try row.number(3)), drainsFirst: try row.flag(4),
                epoch: try row.number(5))
        }
    }

    /// Keeps it as what is wanted from now on.
    ///
    /// - Parameter requestID: the request that brings it to the nodes.
    package func enable(
        _ connection: Connection, clusterID: String, requestID: String
    ) throws {
        let json = String(decoding: try JSONEncoder().encode(destinations), as: UTF8.self)
        try connection.run(
            ArchiveStatement.enable, .text(clusterID), .text(directory), .text(json),
            .number(sleep), .flag(drainsFirst), .text(requestID))
    }

    /// Begins the request, with its event, that brings a configuration to the nodes; answers its
    /// id.
    package static func beginRequest(
        _ connection: Connection, clusterID: String, type: ActivityType, destinations: [String]
    ) throws -> String {
        let json = String(decoding: try JSONEncoder().encode(destinations), as: UTF8.self)
        return try connection.run(
            ArchiveStatement.beginRequest, .text(clusterID), .text(type.rawValue), .text(json))[0]
            .text(0)
    }
}
