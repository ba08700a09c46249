package import AgentProtocol
package import BackupModel

/// What a restore will do, or why it cannot be done. Pure.
package struct RestorePlan: Codable, Hashable, Sendable {
    package var mode: LoadMode
    package var shares: [RestoreShare]
    /// Keyspaces that come back under another name: backed up name → new name.
    package var rename: [String: String]
    /// Whether what is restored is counted and dropped again.
    package var isDrill: Bool
    /// Tables that are emptied before they are loaded.
    package var truncate: [TableName]
    /// Nodes that do not answer and take no part.
    package var absent: [HostOutcome]
    /// Hosts of the backup whose files nobody restores, with the reason.
    package var leftOut: [HostOutcome]
    /// What each node that takes part needs and has; filled in once the agents have answered.
    package var rooms: [NodeRoom]
    package var differences: [SchemaDifference]
    package var topology: [TopologyDifference]
    /// Keyspace → ranges of which no replica comes back.
    package var unrestored: [String: [TokenRange]]
    /// Tables that an earlier attempt at this restore has loaded; they stay as they are.
    package var done: [TableName]
    /// Why it cannot be done; empty where it can.
    package var refusals: [String]

    package init(mode: LoadMode = .sstableloader) {
        self.mode = mode
        shares = []
        rename = [:]
        isDrill = false
        truncate = []
        absent = []
        leftOut = []
        rooms = []
        differences = []
        topology = []
        unrestored = [:]
        done = []
        refusals = []
    }

    /// Every table, once.
    package var tables: [TableName] { Set(shares.flatMap(\.tables)).sorted() }

    /// Tables that the restore makes.
    package var missing: [TableName] {
        differences.filter { $0.kind == .tableMissing }.compactMap { difference in
            difference.table.map { TableName(keyspace: difference.keyspace, table: $0) }
        }
    }

    /// The nodes that take part, each once.
    package var nodes: [ClusterNode] {
        Set(shares.map(\.node)).sorted { $0.address < $1.address }
    }

    /// Why what comes back is not all; `nil` where it is.
    package var shortfall: String? {
        guard !absent.isEmpty || !leftOut.isEmpty else { return nil }
        let names = Set(absent.map(\.address) + leftOut.map(\.address)).sorted()
        let ranges = unrestored.sorted { $0.key < $1.key }.map { keyspace, ranges in
            "\(keyspace) "
                + ranges.map { "(\($0.start.text), \($0.end.text)]" }.joined(separator: " ")
        }
        return "Without \(names.joined(separator: ", ")). "
            + (ranges.isEmpty
                ? "Every token range has a restored replica."
                : "Token ranges without a restored replica: \(ranges.joined(separator: "; ")).")
    }
}
