package import BackupModel
import FoundationEssentials
package import Postgres
import Statements

/// What the catalog learns of the commitlog segments on a destination: of nodes of which it knows none
/// there, and of each node all or nothing.
package struct FoundSegments: Sendable {
    private let pool: ConnectionPool
    private let clusterID: String
    private let destinationID: String

    package init(pool: ConnectionPool, clusterID: String, destinationID: String) {
        self.pool = pool
        self.clusterID = clusterID
        self.destinationID = destinationID
    }

    /// Begins anew; answers the nodes of which no segment is known there.
    package func begin() async throws -> [HostID] {
        try await transaction { connection in
            _ = try connection.run(
                ExecutionStatement.forgetSegments, .text(clusterID), .text(destinationID))
            return try connection.run(
                ExecutionStatement.unarchivedHosts, .text(clusterID), .text(destinationID)
            ).map { try HostID($0.text(0)) }
        }
    }

    /// Notes what was found.
    package func put(_ segments: [FoundSegment]) async throws {
        let json = String(decoding: try JSONEncoder().encode(segments), as: UTF8.self)
        try await transaction { connection in
            _ = try connection.run(
                ExecutionStatement.putSegments, .text(clusterID), .text(destinationID),
                .text(json))
        }
    }

    /// Takes into the ledger what was noted since the beginning: that is all there is.
    package func learn() async throws {
        try await transaction { connection in
            _ = try connection.run(
                ExecutionStatement.learnSegments, .text(clusterID), .text(destinationID))
        }
    }

    private func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await pool.transaction(permitting: .only(clusterID), body)
    }
}
