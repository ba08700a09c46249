package import AgentProtocol
package import BackupModel

/// What a restore drill has proven of a copy of a backup; kept with the copy, and shown with it.
package struct DrillProof: Codable, Hashable, Sendable {
    /// One table that was restored under another name and counted.
    package struct Table: Codable, Hashable, Sendable {
        package var keyspace: String
        package var table: String
        /// Staged from all hosts, each file checked against its hash or digest, and loaded.
        package var files: Int
        /// Bytes of these files.
        package var size: Int64
        /// Rows that came back; `nil` where they could not be counted.
        package var rows: Int64?
        /// Rows of the live table; `nil` where there is none, or they could not be counted.
        package var liveRows: Int64?
        /// Why a number is missing.
        package var reason: String?

        enum CodingKeys: String, CodingKey {
            case keyspace, files, size, rows, reason
            case table = "cf"
            case liveRows = "live_rows"
        }
    }

    package var outcome: Outcome
    package var message: String?
    /// Files whose content neither a hash nor a digest proves.
    package var unverified: Int
    package var tables: [Table]

    /// The tables of a plan, with what was counted of them.
    ///
    /// - Parameter counts: of the restored and of the live tables, by their names in the cluster.
    package static func tables(of plan: RestorePlan, counts: [RowCount]) -> [Table] {
        let counted = Dictionary(counts.map { ($0.table, $0) }, uniquingKeysWith: { $1 })
        let parts = Dictionary(grouping: plan.shares.flatMap(\.parts), by: \.table)
        return parts.sorted { $0.key < $1.key }.map { table, parts in
            let restored = counted[plan.renamed(table)]
            let live = counted[table]
            return Table(
                keyspace: table.keyspace, table: table.table,
                files: parts.reduce(0) { $0 + $1.files }, size: parts.reduce(0) { $0 + $1.size },
                rows: restored?.rows, liveRows: live?.rows,
                reason: restored?.reason ?? live?.reason)
        }
    }
}
