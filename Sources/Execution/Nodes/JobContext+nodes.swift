import AgentProtocol
import BackupModel

extension JobContext {
    /// Who takes part, by what the agents last reported. That may be of a moment in which a node was
    /// being restarted: an agent that reported its Cassandra away is asked how it is now.
    ///
    /// - Throws: what is not a node's fault: cancellation, or a database that is away.
    package func nodes() async throws -> NodeRoll {
        let known = try await knownNodes()
        let (answers, _) = try await together(
            known.filter { $0.reports && !$0.isUp }
        ) { node in
            try await agent(of: node.node).node().nodeState == "up"
        }
        // An agent that does not answer now has told nothing newer.
        let back = Set(answers.filter(\.1).map(\.0.node.hostID))
        var roll = NodeRoll(live: [], absent: [])
        for known in known {
            if known.reports, known.isUp || back.contains(known.node.hostID) {
                roll.live.append(known.node)
            } else {
                let reason =
                    known.isUp
                    ? "its agent has not reported since \(known.lastSeen)"
                    : "its Cassandra does not answer"
                roll.absent.append(
                    HostOutcome(
                        hostID: known.node.hostID, address: known.node.address, outcome: .error,
                        message: reason))
            }
        }
        return roll
    }

    /// A node by what its agent last reported.
    private struct KnownNode: Sendable {
        var node: ClusterNode
        /// Whether it reported not long ago.
        var reports: Bool
        var lastSeen: String
        /// Whether its Cassandra answered then.
        var isUp: Bool
    }

    private func knownNodes() async throws -> [KnownNode] {
        let cluster = job.clusterID
        return try await pool.transaction(permitting: .only(cluster)) { connection in
            try connection.run(ExecutionStatement.nodes, .text(cluster)).map { row in
                KnownNode(
                    node: ClusterNode(
                        hostID: try HostID(row.text(0)), address: try row.text(1),
                        agentURL: try row.text(2)),
                    reports: try row.flag(3), lastSeen: try row.text(4),
                    isUp: try row.text(5) == "up")
            }
        }
    }
}
