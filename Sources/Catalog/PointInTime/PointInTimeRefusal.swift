package import BackupModel

/// Why a cluster cannot be brought back to a moment. Times are seconds since 1970.
package enum PointInTimeRefusal: Error, Hashable, Sendable {
    case noSnapshot(before: Int64)
    case notEnabled
    case archiveEnds(node: String, at: Double)
    case segmentsAreMissing(node: String, from: Double, until: Double)
    case topologyChanged(since: BackupTag, what: String)
    case tableRecreated(TableName, after: BackupTag)
    case tableDropped(TableName, after: BackupTag)
    /// Cassandra cannot replay the commitlogs of chosen tables alone.
    case cannotChoose(node: String, version: String)
    case unknownTable(TableName)
    case unknownKeyspace(String)

    /// A sentence for a person; those of the contract in its own words.
    package var message: String {
        switch self {
        case .noSnapshot(let time):
            "No snapshots found before date and time: \(Self.text(Double(time)))"
        case .notEnabled:
            "Commitlog backups are not enabled"
        case .archiveEnds(let node, let time):
            "Commitlog backups on node \(node) end at \(Self.text(time)), "
                + "before the requested time"
        case .segmentsAreMissing(let node, let from, let until):
            "Commitlog segments are missing on node \(node) between \(Self.text(from)) and "
                + Self.text(until)
        case .topologyChanged(let tag, let what):
            "Topology has changed since snapshot \(tag): \(what)"
        case .tableRecreated(let table, let tag):
            "Table \(table) was re-created after snapshot \(tag)"
        case .tableDropped(let table, let tag):
            "Table \(table) was dropped after snapshot \(tag)"
        case .cannotChoose(let node, let version):
            "keyspaces: Cassandra \(version) on node \(node) can replay commitlogs of all tables "
                + "only (cassandra.replayList is there from 2.0 on): name every keyspace of users, "
                + "or none."
        case .unknownTable(let table):
            "keyspaces: there is no table \(table)."
        case .unknownKeyspace(let keyspace):
            "keyspaces: there is no keyspace \(keyspace)."
        }
    }

    /// `12-15-2015 01:32:00 UTC`.
    private static func text(_ time: Double) -> String {
        let civil = CivilTime(epochSeconds: Int64(time.rounded(.down)))
        func pad(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = [pad(civil.month), pad(civil.day), pad(civil.year, 4)].joined(separator: "-")
        let second = [pad(civil.hour), pad(civil.minute), pad(civil.second)].joined(separator: ":")
        return "\(day) \(second) UTC"
    }
}
