package import BackupModel

/// Decides whether a cluster can be brought back to a moment, and with which snapshot. Pure.
package struct PointInTimeCheck: Sendable {
    package let question: PointInTimeQuestion
    package let nodes: [PointInTimeNode]
    package let schema: PointInTimeSchema

    package init(
        question: PointInTimeQuestion, nodes: [PointInTimeNode], schema: PointInTimeSchema
    ) {
        self.question = question
        self.nodes = nodes
        self.schema = schema
    }

    /// The tables that go back.
    package var tables: [TableName] { schema.tables.filter(question.covers).sorted() }

    /// Whether every table of users goes back.
    package var isWhole: Bool {
        schema.tables.filter(PointInTimeQuestion.isOfUsers).allSatisfy(question.covers)
    }

    /// Refuses a choice of keyspaces and tables that there is not, or that the nodes cannot make.
    ///
    /// - Throws: `PointInTimeRefusal`.
    package func checkChoice() throws(PointInTimeRefusal) {
        for (keyspace, names) in question.selection.keyspaces.sorted(by: { $0.key < $1.key }) {
            guard schema.tables.contains(where: { $0.keyspace == keyspace }) else {
                throw .unknownKeyspace(keyspace)
            }
            for name in names.sorted() {
                let table = TableName(keyspace: keyspace, table: name)
                guard schema.tables.contains(table) else { throw .unknownTable(table) }
            }
        }
        guard !isWhole else { return }
        if let node = nodes.first(where: { !CassandraRelease($0.version).hasReplayList }) {
            throw .cannotChoose(node: node.address, version: node.version)
        }
    }

    /// The newest of the candidates that holds every table that goes back.
    ///
    /// - Parameter candidates: the newest first.
    /// - Throws: `PointInTimeRefusal`.
    package func snapshot(
        of candidates: [PointInTimeSnapshot]
    ) throws(PointInTimeRefusal) -> PointInTimeSnapshot {
        let tables = tables
        guard let chosen = candidates.first(where: { $0.holds(tables, of: schema) }) else {
            throw .noSnapshot(before: question.pit)
        }
        return chosen
    }

    /// Refuses what the snapshot and the commitlogs after it cannot bring back; the first reason of
    /// the contract's order.
    ///
    /// - Throws: `PointInTimeRefusal`.
    package func judge(
        _ snapshot: PointInTimeSnapshot, isEnabled: Bool, archives: [NodeArchive],
        facts: SnapshotFacts
    ) throws(PointInTimeRefusal) {
        guard isEnabled else { throw .notEnabled }
        let byHost = Dictionary(archives.map { ($0.hostID, $0) }, uniquingKeysWith: { $1 })
        let pit = Double(question.pit)
        for node in nodes {
            guard let newest = byHost[node.hostID]?.newest, newest < pit else { continue }
            throw .archiveEnds(node: node.address, at: newest)
        }
        for node in nodes {
            let archive = byHost[node.hostID]
            let reached = archive?.reached ?? 0
            if archive?.first != nil, reached >= pit { continue }
            throw .segmentsAreMissing(
                node: node.address, from: max(reached, snapshot.began),
                until: archive?.following ?? pit)
        }
        if let what = topologyChange(facts.hosts) {
            throw .topologyChanged(since: snapshot.tag, what: what)
        }
        for (table, then) in facts.identities.sorted(by: { $0.key < $1.key })
        where question.covers(table) {
            guard schema.tables.contains(table) else {
                // What had no identity then is nothing that the schema calls a table.
                if then.isEmpty { continue }
                throw .tableDropped(table, after: snapshot.tag)
            }
            if let now = schema.identities[table], !then.isEmpty, then != [now] {
                throw .tableRecreated(table, after: snapshot.tag)
            }
        }
    }

    /// The first difference between the ring then and now; `nil` where there is none.
    private func topologyChange(_ hosts: [SnapshotFacts.Host]) -> String? {
        let now = Dictionary(nodes.map { ($0.hostID, $0) }, uniquingKeysWith: { $1 })
        for host in hosts {
            guard let node = now[host.hostID] else {
                return "node \(host.address) is not in the cluster any more"
            }
            guard let tokens = host.tokens else {
                return "the snapshot does not tell the tokens that node \(node.address) had"
            }
            guard tokens == node.tokens else {
                return "node \(node.address) has other tokens"
            }
        }
        let then = Set(hosts.map(\.hostID))
        return nodes.first { !then.contains($0.hostID) }.map {
            "node \($0.address) is not in the snapshot"
        }
    }
}
