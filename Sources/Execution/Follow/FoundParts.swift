package import AgentProtocol
import BackupModel
import FoundationEssentials
package import Postgres
import Statements

/// What the catalog remembers of a destination that is being read.
package struct FoundParts: Sendable {
    private let pool: ConnectionPool
    private let clusterID: String
    private let destinationID: String
    private let since: String

    /// - Parameter since: when the reading began, by the database's clock.
    package init(pool: ConnectionPool, clusterID: String, destinationID: String, since: String) {
        self.pool = pool
        self.clusterID = clusterID
        self.destinationID = destinationID
        self.since = since
    }

    /// Notes that these parts are there; answers those of which it is not known what they hold.
    package func see(_ parts: [BackupPart]) async throws -> [BackupPart] {
        struct Seen: Encodable {
            var host_id: HostID
            var tag: BackupTag
            var manifest_bytes: Int64
        }
        let json = try json(
            parts.map {
                Seen(host_id: $0.hostID, tag: $0.tag, manifest_bytes: $0.manifestBytes)
            })
        return try await transaction { connection in
            try connection.run(
                ExecutionStatement.seeParts, .text(clusterID), .text(destinationID), .text(since),
                .text(json)
            ).map { row in
                BackupPart(
                    hostID: try HostID(row.text(0)), tag: try BackupTag(row.text(1)),
                    manifestBytes: try row.number(2))
            }
        }
    }

    /// Notes what parts hold.
    package func put(_ found: [FoundPart]) async throws {
        let json = try json(found)
        try await transaction { connection in
            _ = try connection.run(
                ExecutionStatement.putFound, .text(clusterID), .text(destinationID), .text(since),
                .text(json))
        }
    }

    /// Brings the catalog in line: everything that is there has been noted.
    package func follow() async throws {
        try await transaction { connection in
            _ = try connection.run(
                ExecutionStatement.followDestination, .text(clusterID), .text(destinationID),
                .text(since))
            _ = try connection.run(
                ExecutionStatement.followHosts, .text(clusterID), .text(destinationID))
        }
    }

    private func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await pool.transaction(permitting: .only(clusterID), body)
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
