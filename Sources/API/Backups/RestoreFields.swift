import BackupModel

/// What the body of a restore says, read and checked by itself; every refusal names its key.
struct RestoreFields {
    private let fields: Fields
    private let isDrill: Bool

    /// What may come as a form instead: one client of the original sends its destination so.
    static let formMembers: Set = [
        "destination", "throttle", "truncate", "force", "force_schema", "use_sstableloader",
        "restart_pause", "dry_run",
    ]

    /// - Parameter isDrill: as the query's `drill` says.
    init(_ fields: Fields, isDrill: Bool) {
        self.fields = fields
        self.isDrill = isDrill
    }

    /// Where the backup is read from.
    func destination() throws -> String {
        try fields.text("destination").flatMap { $0.isEmpty ? nil : $0 } ?? DestinationID.onServer
    }

    /// Whether only the plan is asked for.
    func isDryRun() throws -> Bool { try fields.flag("dry_run") ?? false }

    /// The restore that is asked for.
    ///
    /// - Parameter truncate: keyspaces that say themselves whether they are truncated.
    func job(
        tag: BackupTag, selection: TableSelection, truncate byKeyspace: [String: Bool]
    ) throws -> RestoreJob {
        let truncate = RestoreJob.TruncateChoice(
            standard: try fields.flag("truncate") ?? false, byKeyspace: byKeyspace)
        return RestoreJob(
            tag: tag, eventTime: 0, destinationID: try destination(), selection: selection,
            truncate: truncate, excludedNodes: try fields.texts("excluded-nodes") ?? [],
            force: try fields.flag("force") ?? false,
            forceSchema: try fields.flag("force_schema") ?? false,
            throttle: try fields.number("throttle", minimum: 0).flatMap { $0 > 0 ? $0 : nil },
            mode: try mode(selection, truncate),
            restartPause: Int(try fields.number("restart_pause", minimum: 0) ?? 60),
            rename: try rename(selection), isDrill: isDrill)
    }

    private func mode(
        _ selection: TableSelection, _ truncate: RestoreJob.TruncateChoice
    ) throws -> LoadMode {
        guard try fields.flag("use_sstableloader") == false else { return .sstableloader }
        let truncatesAll =
            selection.keyspaces.isEmpty
            ? truncate.standard && !truncate.byKeyspace.values.contains(false)
            : selection.keyspaces.keys.allSatisfy { truncate.applies(to: $0) }
        guard truncatesAll else {
            throw APIError.invalid("use_sstableloader: false needs truncate: true.")
        }
        guard !isDrill, !fields.has("rename") else {
            throw APIError.invalid(
                "use_sstableloader: false restores in place: neither rename nor drill goes with it."
            )
        }
        return .inPlace
    }

    private func rename(_ selection: TableSelection) throws -> [String: String] {
        let names = try fields.textMembers("rename") ?? [:]
        guard names.isEmpty || !isDrill else {
            throw APIError.invalid("rename: a drill chooses names of its own.")
        }
        for (old, new) in names.sorted(by: { $0.key < $1.key }) {
            guard TableName.isAcceptable(new), new.utf8.count <= 48, !new.hasPrefix("system") else {
                throw APIError.invalid(
                    "rename.\(old): got '\(new)', accepted is the name of a keyspace: 1 to 48 of"
                        + " letters, digits and underscore, not one of Cassandra's own.")
            }
            guard selection.contains(keyspace: old) else {
                throw APIError.invalid("rename.\(old): this keyspace is not to be restored.")
            }
        }
        guard Set(names.values).count == names.count else {
            throw APIError.invalid("rename: two keyspaces get the same name.")
        }
        return names
    }
}
