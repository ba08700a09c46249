import BackupModel
import FoundationEssentials
import GRDB

/// What the agent knows of its node's archiving, one row. Times are microseconds since 1970.
struct ArchiveRecord: Codable, Hashable, FetchableRecord, PersistableRecord, Sendable {
    static let databaseTableName = "archive"

    /// Always 1.
    var id = 1
    var epoch: Int64 = 0
    var isEnabled = false
    /// The archive command that is in the node's properties while it is enabled.
    var command = ""
    /// When the properties were last changed; the Cassandra that was up then has not read them.
    var propertiesChanged: Int64?
    /// Folders to which the Cassandra that runs may archive, the newest last. JSON.
    var folders: [String] = []
    /// Where segments are shipped, without what is needed to reach it. JSON.
    var targets: [String: ArchiveOptions] = [:]
    var nextSequence: Int64 = 1
    /// When archiving began or began again without a gap since; `nil` while it has not.
    var runBegan: Int64?
    /// The id up to which segments are older than the run: nobody has archived them, or will.
    var ignoredUpTo: Int64 = 0
    /// Up to when the segments in the ledger hold what was written; `nil` before the run's first.
    var writtenUntil: Int64?
    var hostID: String?
    var cassandraVersion = ""
    /// Whether a restore replays commitlogs: what lies in Cassandra's folder was not written there.
    var isReplaying = false

    static func createTable(_ database: Database) throws {
        try database.create(table: databaseTableName) { table in
            table.primaryKey("id", .integer)
            table.column("epoch", .integer).notNull()
            table.column("isEnabled", .boolean).notNull()
            table.column("command", .text).notNull()
            table.column("propertiesChanged", .integer)
            table.column("folders", .text).notNull()
            table.column("targets", .text).notNull()
            table.column("nextSequence", .integer).notNull()
            table.column("runBegan", .integer)
            table.column("ignoredUpTo", .integer).notNull()
            table.column("writtenUntil", .integer)
            table.column("hostID", .text)
            table.column("cassandraVersion", .text).notNull()
            table.column("isReplaying", .boolean).notNull()
        }
    }

    /// Leaves out a number: what comes next does not follow what was before.
    mutating func breakRun() {
        // Where nothing came since the last break, none is needed.
        if writtenUntil != nil { nextSequence += 1 }
        runBegan = nil
        writtenUntil = nil
    }
}
