package import AgentProtocol

/// How the stored schema of a keyspace differs from the live one, for the tables that a restore
/// needs. Pure.
package struct SchemaComparison: Sendable {
    private let keyspace: String
    private let stored: [CQLStatement]
    private let live: [CQLStatement]
    private let tableIDs: (stored: [String: String], live: [String: String])

    /// - Parameters:
    ///   - stored: the keyspace as it was at the backup; empty where the backup does not tell.
    ///   - live: the keyspace as it is; empty where there is none.
    ///   - tableIDs: Cassandra's ids by table, where they are known, 32 hex digits.
    package init(
        keyspace: String, stored: [CQLStatement], live: [CQLStatement],
        tableIDs: (stored: [String: String], live: [String: String]) = ([:], [:])
    ) {
        self.keyspace = keyspace
        self.stored = stored
        self.live = live
        self.tableIDs = tableIDs
    }

    /// - Parameter wanted: names of the tables that are to be restored.
    package func differences(wanted: [String]) -> [SchemaDifference] {
        ofKeyspace() + ofTypes(wanted) + wanted.sorted().flatMap(ofTable)
    }

    private func ofKeyspace() -> [SchemaDifference] {
        guard let was = stored.first(where: { $0.kind == .keyspace }) else { return [] }
        guard let now = live.first(where: { $0.kind == .keyspace }) else {
            return [difference(.keyspaceMissing, .created)]
        }
        let (old, new) = (Self.shown(was.replication), Self.shown(now.replication))
        guard old != new else { return [] }
        return [difference(.replicationChanged, .harmless, stored: old, live: new)]
    }

    private static func shown(_ replication: [String: String]?) -> String {
        (replication ?? [:]).map { name, value in
            let last = value.split(separator: ".").last.map(String.init) ?? value
            return "\(name): \(last)"
        }.sorted().joined(separator: ", ")
    }

    private func ofTypes(_ wanted: [String]) -> [SchemaDifference] {
        let tables = stored.filter { $0.kind == .table && wanted.contains($0.name) }
            .flatMap { CQLFields($0).fields.map(\.type) }
        return stored.filter { $0.kind == .type }.compactMap { type in
            let fields = CQLFields(type).fields
            guard let now = live.first(where: { $0.kind == .type && $0.name == type.name }) else {
                return difference(.typeMissing, .created, name: type.name)
            }
            let newer = CQLFields(now).fields
            guard fields != newer, tables.contains(where: { $0.contains(type.name) }) else {
                return nil
            }
            // Fields that came later are null in older values.
            let isGrown = newer.starts(with: fields)
            return difference(
                .typeChanged, isGrown ? .needsForce : .refused, name: type.name,
                stored: Self.shown(fields), live: Self.shown(newer))
        }
    }

    private static func shown(_ fields: [CQLField]) -> String {
        "(" + fields.map { "\($0.name) \($0.type)" }.joined(separator: ", ") + ")"
    }

    private func ofTable(_ name: String) -> [SchemaDifference] {
        if stored.contains(where: { $0.kind == .materializedView && $0.name == name }) { return [] }
        guard let was = stored.first(where: { $0.kind == .table && $0.name == name }) else {
            return [difference(.tableUndefined, .refused, table: name)]
        }
        guard let now = live.first(where: { $0.kind == .table && $0.name == name }) else {
            return [difference(.tableMissing, .created, table: name)]
        }
        let isRecreated = isRecreated(was, now)
        let recreated =
            isRecreated ? [difference(.tableRecreated, .harmless, table: name)] : []
        return recreated + ofColumns(CQLFields(was), CQLFields(now), name, isRecreated)
            + ofIndexes(name)
    }

    private func isRecreated(_ was: CQLStatement, _ now: CQLStatement) -> Bool {
        guard let old = tableIDs.stored[was.name] ?? was.tableID,
            let new = tableIDs.live[now.name] ?? now.tableID
        else { return false }
        return old != new
    }

    private func ofColumns(
        _ was: CQLFields, _ now: CQLFields, _ table: String, _ isRecreated: Bool
    ) -> [SchemaDifference] {
        var found: [SchemaDifference] = []
        if was.primaryKey != now.primaryKey {
            found.append(
                difference(
                    .primaryKeyChanged, .refused, table: table, stored: was.primaryKey,
                    live: now.primaryKey))
        }
        let newer = now.byName
        for column in was.fields.sorted(by: { $0.name < $1.name }) {
            guard let live = newer[column.name] else {
                // Cassandra remembers what was dropped from a table, and skips it; of a table that
                // was made again it has nothing to remember.
                found.append(
                    difference(
                        .columnDropped, isRecreated ? .refused : .needsForce, table: table,
                        name: column.name, stored: column.type))
                continue
            }
            guard live != column else { continue }
            let isTaken = live.accepts(column.type) && live.isStatic == column.isStatic
            found.append(
                difference(
                    .columnTypeChanged, isTaken ? .needsForce : .refused, table: table,
                    name: column.name, stored: Self.shown(column), live: Self.shown(live)))
        }
        let older = was.byName
        return found
            + now.fields.filter { older[$0.name] == nil }.sorted { $0.name < $1.name }.map {
                difference(.columnAdded, .needsForce, table: table, name: $0.name, live: $0.type)
            }
    }

    private static func shown(_ column: CQLField) -> String {
        column.type + (column.isStatic ? " static" : "")
    }

    private func ofIndexes(_ table: String) -> [SchemaDifference] {
        let was = Set(stored.filter { $0.kind == .index && $0.table == table }.map(\.name))
        let now = Set(live.filter { $0.kind == .index && $0.table == table }.map(\.name))
        let unmade = Set(
            CQLScript.unmadeIndexes(of: table, stored: stored, live: live).map(\.name))
        return was.subtracting(now).sorted().map {
            difference(
                .indexMissing, unmade.contains($0) ? .created : .harmless, table: table, name: $0)
        }
            + now.subtracting(was).sorted().map {
                difference(.indexAdded, .harmless, table: table, name: $0)
            }
    }

    private func difference(
        _ kind: SchemaDifference.Kind, _ verdict: SchemaDifference.Verdict, table: String? = nil,
        name: String? = nil, stored: String? = nil, live: String? = nil
    ) -> SchemaDifference {
        SchemaDifference(
            keyspace: keyspace, table: table, name: name, kind: kind, verdict: verdict,
            stored: stored, live: live)
    }
}
