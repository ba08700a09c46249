package import BackupModel
import FoundationEssentials
package import Postgres
import Statements

/// What the catalog says of going back to a moment. Every call is part of the caller's transaction.
package struct PointInTimeCatalog {
    private let connection: Connection
    private let clusterID: String

    package init(_ connection: Connection, clusterID: String) {
        self.connection = connection
        self.clusterID = clusterID
    }

    /// Finds what it takes to answer the question.
    ///
    /// - Throws: `PointInTimeRefusal` where it cannot be done.
    package func find(_ question: PointInTimeQuestion) throws -> PointInTimeFinding {
        let check = PointInTimeCheck(question: question, nodes: try nodes(), schema: try schema())
        try check.checkChoice()
        let snapshot = try check.snapshot(of: try candidates(question))
        let archives = try archives(question, since: snapshot.began)
        try check.judge(
            snapshot, isEnabled: try isEnabled(), archives: archives,
            facts: try facts(of: snapshot, question))
        return PointInTimeFinding(
            snapshot: snapshot, nodes: check.nodes, archives: archives, tables: check.tables,
            identities: check.schema.identities, isWhole: check.isWhole)
    }

    /// Segments of one node in their order, so many at most.
    package func segments(
        of host: HostID, on destination: String, from first: Int64, through last: Int64,
        limit: Int
    ) throws -> [NeededSegment] {
        try connection.run(
            PointInTimeStatement.segments, .text(clusterID), .text(host.text), .text(destination),
            .number(first), .number(last), .number(Int64(limit))
        ).map { row in
            NeededSegment(
                sequence: try row.number(0), name: try row.text(1), bytes: try row.number(2),
                sha256: try row.text(3), isCompressed: try row.flag(4))
        }
    }

    /// Bytes of these segments, as Cassandra wrote them.
    package func segmentsSize(
        of host: HostID, on destination: String, from first: Int64, through last: Int64
    ) throws -> Int64 {
        try connection.run(
            PointInTimeStatement.segmentsSize, .text(clusterID), .text(host.text),
            .text(destination), .number(first), .number(last))[0].number(0)
    }

    /// Notes what is wrong with a segment: from now on the check finds a gap there.
    package func note(
        _ problem: String, with segment: String, of host: HostID, on destination: String
    ) throws {
        try connection.run(
            PointInTimeStatement.noteProblem, .text(clusterID), .text(host.text),
            .text(destination), .text(segment), .text(problem))
    }

    /// The id of the last restore that came to something; `nil` where there was none.
    package func lastRestore() throws -> String? {
        try connection.run(PointInTimeStatement.lastRestore, .text(clusterID)).first?.text(0)
    }

    private func isEnabled() throws -> Bool {
        try connection.run(PointInTimeStatement.isEnabled, .text(clusterID)).first?.flag(0)
            ?? false
    }

    private func candidates(_ question: PointInTimeQuestion) throws -> [PointInTimeSnapshot] {
        struct Held: Decodable { var cfs: [String] }
        return try connection.run(
            PointInTimeStatement.candidates, .text(clusterID), .text(question.destinationID),
            .number(question.pit)
        ).map { row in
            let keyspaces: [String: Held] = try Self.decoded(row.text(2))
            return PointInTimeSnapshot(
                tag: try BackupTag(row.text(0)), began: try Self.time(row.text(1)),
                tables: Set(
                    keyspaces.flatMap { keyspace, held in
                        held.cfs.map { TableName(keyspace: keyspace, table: $0) }
                    }),
                selection: try row.optionalText(3).map {
                    TableSelection(keyspaces: try Self.decoded($0))
                })
        }
    }

    /// The cluster's nodes, also those that are down.
    private func nodes() throws -> [PointInTimeNode] {
        try connection.run(PointInTimeStatement.nodes, .text(clusterID)).map { row in
            PointInTimeNode(
                hostID: try HostID(row.text(0)), address: try row.text(1),
                agentURL: try row.text(2), tokens: try Self.decoded(row.text(3)),
                version: try row.text(4), hasAgent: try row.flag(5))
        }
    }

    private func schema() throws -> PointInTimeSchema {
        struct Keyspace: Decodable { var tables: [String] }
        guard
            let row = try connection.run(PointInTimeStatement.schema, .text(clusterID)).first
        else { return PointInTimeSchema(tables: [], identities: [:]) }
        let keyspaces: [String: Keyspace] = try Self.decoded(row.text(0))
        let identities: [String: [String: TableIdentity]] = try Self.decoded(row.text(1))
        var schema = PointInTimeSchema(tables: [], identities: [:])
        for (keyspace, held) in keyspaces {
            schema.tables.formUnion(held.tables.map { TableName(keyspace: keyspace, table: $0) })
        }
        for (keyspace, tables) in identities {
            for (name, identity) in tables {
                schema.identities[TableName(keyspace: keyspace, table: name)] = identity
            }
        }
        // Views have identities, and are not listed among the tables.
        schema.tables.formUnion(schema.identities.keys)
        return schema
    }

    private func facts(
        of snapshot: PointInTimeSnapshot, _ question: PointInTimeQuestion
    ) throws -> SnapshotFacts {
        var facts = SnapshotFacts(hosts: [], identities: [:])
        facts.hosts = try connection.run(
            PointInTimeStatement.copyHosts, .text(clusterID), .text(snapshot.tag.text),
            .text(question.destinationID)
        ).map { row in
            SnapshotFacts.Host(
                hostID: try HostID(row.text(0)), address: try row.text(1),
                tokens: try row.optionalText(2).map(Self.decoded))
        }
        for row in try connection.run(
            PointInTimeStatement.copyTables, .text(clusterID), .text(snapshot.tag.text),
            .text(question.destinationID))
        {
            let table = TableName(keyspace: try row.text(0), table: try row.text(1))
            let identity = row.optionalText(2).map { TableIdentity($0) }
            facts.identities[table, default: []].formUnion(identity.map { [$0] } ?? [])
        }
        for row in try connection.run(
            PointInTimeStatement.goneTables, .text(clusterID), .number(question.pit))
        {
            facts.add(
                TableName(keyspace: try row.text(0), table: try row.text(1)),
                TableIdentity(try row.text(2)), seen: try Self.time(row.text(3)),
                at: question.pit)
        }
        return facts
    }

    private func archives(
        _ question: PointInTimeQuestion, since began: Double
    ) throws -> [NodeArchive] {
        try connection.run(
            PointInTimeStatement.archives, .text(clusterID), .text(question.segmentsID),
            .text(String(began)), .number(question.pit)
        ).map { row in
            NodeArchive(
                hostID: try HostID(row.text(0)), first: try row.optionalNumber(1),
                last: try row.optionalNumber(2),
                newest: try row.optionalText(3).map(Self.time),
                reached: try row.optionalText(4).map(Self.time),
                following: try row.optionalText(5).map(Self.time))
        }
    }

    /// Seconds since 1970, as PostgreSQL's `extract` tells them.
    private static func time(_ text: String) throws -> Double {
        guard let time = Double(text) else {
            throw PointInTimeProblem(text: text)
        }
        return time
    }

    private static func decoded<Value: Decodable>(_ json: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    }
}

/// PostgreSQL told a time that is none.
private struct PointInTimeProblem: Error {
    var text: String
}
