/// One way in which the schema that a backup stores differs from the cluster's.
package struct SchemaDifference: Codable, Sendable, Hashable {
    /// What differs.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case keyspaceMissing = "keyspace_missing"
        case replicationChanged = "replication_changed"
        case typeMissing = "type_missing"
        case typeChanged = "type_changed"
        case tableMissing = "table_missing"
        /// The table was dropped and made again since: its id is another one.
        case tableRecreated = "table_recreated"
        /// The backup does not say how the table is made.
        case tableUndefined = "table_undefined"
        case primaryKeyChanged = "primary_key_changed"
        /// The cluster has a column that the backup lacks.
        case columnAdded = "column_added"
        /// The backup has a column that the cluster lacks.
        case columnDropped = "column_dropped"
        case columnTypeChanged = "column_type_changed"
        case indexMissing = "index_missing"
        case indexAdded = "index_added"
    }

    /// What a restore does about it.
    package enum Verdict: String, Codable, Sendable, CaseIterable {
        /// The restore makes what is missing.
        case created
        /// Nothing: it does no harm.
        case harmless
        /// It goes on only where `force_schema` says so.
        case needsForce = "needs_force_schema"
        /// Cassandra would not take the data.
        case refused
    }

    package var keyspace: String
    /// `nil` where it is about the whole keyspace.
    package var table: String?
    /// The column, type or index; `nil` where it is about the whole table or keyspace.
    package var name: String?
    package var kind: Kind
    package var verdict: Verdict
    /// What the backup has, in CQL; `nil` for nothing.
    package var stored: String?
    /// What the cluster has, in CQL; `nil` for nothing.
    package var live: String?

    package init(
        keyspace: String, table: String? = nil, name: String? = nil, kind: Kind, verdict: Verdict,
        stored: String? = nil, live: String? = nil
    ) {
        self.keyspace = keyspace
        self.table = table
        self.name = name
        self.kind = kind
        self.verdict = verdict
        self.stored = stored
        self.live = live
    }

    enum CodingKeys: String, CodingKey {
        case keyspace, name, kind, verdict, stored, live
        case table = "cf"
    }
}

extension SchemaDifference: CustomStringConvertible {
    /// A sentence for a person, such as `a.users: column age is int in the backup and text now`.
    package var description: String {
        let place = [keyspace, table].compactMap { $0 }.joined(separator: ".")
        return "\(place): \(what)"
    }

    private var what: String {
        let name = name ?? ""
        let (stored, live) = (stored ?? "nothing", live ?? "nothing")
        return switch kind {
        case .keyspaceMissing: "the keyspace is missing"
        case .replicationChanged: "the replication was \(stored) and is \(live)"
        case .typeMissing: "the type \(name) is missing"
        case .typeChanged: "the type \(name) was \(stored) and is \(live)"
        case .tableMissing: "the table is missing"
        case .tableRecreated: "the table was made again since the backup"
        case .tableUndefined: "the backup does not hold the table's definition"
        case .primaryKeyChanged: "the primary key was \(stored) and is \(live)"
        case .columnAdded: "column \(name) (\(live)) is not in the backup"
        case .columnDropped: "column \(name) (\(stored)) of the backup is not there any more"
        case .columnTypeChanged: "column \(name) was \(stored) and is \(live)"
        case .indexMissing: "the index \(name) of the backup is not there any more"
        case .indexAdded: "the index \(name) is not in the backup"
        }
    }
}
