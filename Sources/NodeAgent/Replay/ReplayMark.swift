package import AgentProtocol
package import GRDB

/// How far this node has come in a point-in-time restore: written before each step, so that an agent
/// that was killed, and another restore of the same name, go on from there.
package struct ReplayMark: Codable, FetchableRecord, PersistableRecord, Sendable, Hashable {
    package static let databaseTableName = "replay_mark"

    package var stagingID: String
    package var stage: ReplayStage
    /// `commitlog_archiving.properties` as it was before the restore wrote into it; `nil` where it
    /// has not.
    package var properties: String?

    package init(stagingID: String, stage: ReplayStage = .untouched, properties: String? = nil) {
        self.stagingID = stagingID
        self.stage = stage
        self.properties = properties
    }

    /// Makes the table where it is missing.
    package static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName, options: [.ifNotExists]) { table in
            table.primaryKey("stagingID", .text)
            table.column("stage", .text).notNull()
            table.column("properties", .text)
        }
    }
}

extension AgentContext {
    /// How far this node has come in a restore.
    func replayMark(_ stagingID: String) async throws -> ReplayMark {
        try await database.read { try ReplayMark.fetchOne($0, key: stagingID) }
            ?? ReplayMark(stagingID: stagingID)
    }

    /// Remembers how far this node has come.
    func note(_ mark: ReplayMark) async throws {
        try await database.write { try mark.save($0) }
    }
}
