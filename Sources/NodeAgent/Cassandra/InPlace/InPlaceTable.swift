import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials
import GRDB

/// One table of a restore in place on this node.
///
/// First the ledger says what goes where; then all files but each Data.db are put, then each
/// Data.db, and only then Cassandra is asked to take them in. So whoever finds the ledger later
/// knows: before `offered` nothing was taken in by us, and what is missing has yet to be put; after
/// it everything was put, and what is missing Cassandra has taken.
struct InPlaceTable: Sendable {
    let context: AgentContext
    let stagingID: String
    let hostID: HostID
    let table: TableName
    let intake: Intake

    private var stagedFolder: String {
        "\(context.stagingFolder(stagingID, host: hostID))/\(table.keyspace)/\(table.table)"
    }

    /// The SSTables that are staged, in their order; none where the backup has no row of the table.
    func staged() throws -> [SSTable] {
        var iterator = SSTableIterator(
            SnapshotInventory.Table(table: table, tableID: nil, folders: [stagedFolder]))
        var sstables: [SSTable] = []
        while let next = try iterator.next() { sstables.append(next) }
        return sstables
    }

    /// Puts them in place and has them taken in.
    ///
    /// - Throws: `OperationFailure` that says what stands where, unless nothing does.
    func load(_ sstables: [SSTable]) async throws {
        let ledger = try await planned(sstables)
        do {
            try await put(ledger, sstables)
        } catch {
            let open = ledger.filter { $0.offered == nil }
            if try await !mayBeLive(open) { try await takeOut(open) }
            throw error
        }
        let offered = try await offer(ledger)
        do {
            switch intake {
            case .refresh: try await context.nodetool.refresh(table)
            case .move:
                try await context.nodetool.importSSTables(
                    table, directories: Set(offered.map(\.folder)).sorted(), copy: false)
            }
            try await checkTaken(offered)
        } catch let error as any CassandraFailure where !error.failure.code.mayPass {
            throw try await refused(offered, error.failure)
        }
    }

    // MARK: The ledger

    /// What goes where: as an earlier attempt has decided it, and decided now for the rest.
    private func planned(_ sstables: [SSTable]) async throws -> [PlacedSSTable] {
        let known = try await ledger()
        let done = Set(known.map(\.staged))
        let rest = sstables.filter { !done.contains($0.descriptor.prefix) }
        guard !rest.isEmpty else { return known }
        let added = try placements(of: rest).map { placement in
            PlacedSSTable(
                stagingID: stagingID, hostID: hostID.text, keyspace: table.keyspace,
                tableName: table.table, staged: placement.staged, folder: placement.folder,
                prefix: placement.prefix, planned: Self.now(), offered: nil)
        }
        try await context.database.write { database in
            for row in added { try row.insert(database) }
        }
        return known + added
    }

    private func ledger() async throws -> [PlacedSSTable] {
        try await context.database.read { database in
            try PlacedSSTable.filter(
                Column("stagingID") == stagingID && Column("hostID") == hostID.text
                    && Column("keyspace") == table.keyspace && Column("tableName") == table.table
            ).order(Column("staged")).fetchAll(database)
        }
    }

    private func placements(of sstables: [SSTable]) throws -> [Placement] {
        switch intake {
        case .refresh:
            let rooms = try liveRooms()
            var plan = PlacementPlan(rooms: rooms, names: try names(in: rooms.map(\.folder)))
            return sstables.map { plan.place($0.descriptor, size: $0.size) }
        case .move:
            let folder = try importFolder()
            return sstables.map {
                Placement(
                    staged: $0.descriptor.prefix, folder: folder, prefix: $0.descriptor.prefix)
            }
        }
    }

    // MARK: Files

    /// Puts what has not been offered yet. In a folder of our own, what an interrupted move left
    /// there is made whole again.
    private func put(_ ledger: [PlacedSSTable], _ sstables: [SSTable]) async throws {
        let isMove = intake == .move
        let open = ledger.filter { row in
            row.offered == nil || (isMove && FolderReader.isFile(row.dataFile))
        }
        let components = Self.components(of: sstables)
        try await context.files.run {
            if isMove { for row in open { try Self.makeFolder(row.folder) } }
            // Before anything is written, so that no failure of the disk is missed.
            let flushes = try Set(open.map(\.folder)).map { try FileSystemFlush(path: $0) }
            for isData in [false, true] {
                for row in open {
                    let placer = try FilePlacer(into: row.folder)
                    for component in components[row.staged] ?? []
                    where (component.name == "Data.db") == isData {
                        try placer.place(component.path, as: "\(row.prefix)-\(component.name)")
                    }
                }
                for flush in flushes { try flush.flush() }
            }
        }
    }

    private static func components(of sstables: [SSTable]) -> [String: [SSTable.Component]] {
        Dictionary(
            sstables.map { ($0.descriptor.prefix, $0.components) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Takes files out again, each Data.db first, and forgets that they were put.
    private func takeOut(_ ledger: [PlacedSSTable]) async throws {
        for row in ledger {
            try FilePlacer.remove(row.dataFile)
            for name in try names(in: [row.folder]) where name.hasPrefix("\(row.prefix)-") {
                try FilePlacer.remove("\(row.folder)/\(name)")
            }
        }
        try await context.database.write { database in
            for row in ledger { _ = try row.delete(database) }
        }
    }

    /// Takes out what Cassandra has not taken in, and forgets all of it: the table is about to be
    /// emptied and loaded anew.
    func forget() async throws {
        let known = try await ledger()
        let left = known.filter { $0.offered == nil || FolderReader.isFile($0.dataFile) }
        if try await !mayBeLive(left) { try await takeOut(left) }
        try await context.database.write { database in
            for row in known { _ = try row.delete(database) }
        }
    }

    // MARK: What Cassandra took

    /// Writes down that Cassandra is asked to take them in from now on.
    private func offer(_ ledger: [PlacedSSTable]) async throws -> [PlacedSSTable] {
        let now = Self.now()
        let offered = ledger.map { row in
            var row = row
            row.offered = row.offered ?? now
            return row
        }
        try await context.database.write { database in
            for row in offered { try row.update(database) }
        }
        return offered
    }

    /// An exit status of 0 is also given where nothing was taken: what was has lost its name.
    private func checkTaken(_ offered: [PlacedSSTable]) async throws {
        let left = offered.filter { FolderReader.isFile($0.dataFile) }
        guard let first = left.first,
            try await !startedSince(left.compactMap(\.offered).max())
        else { return }
        throw NodetoolError(
            code: .unconfirmed, command: intake == .refresh ? "refresh" : "import",
            sentence: "\(left.count) of \(offered.count) SSTables of \(table) were not taken in, "
                + "the first: \(first.dataFile)")
    }

    /// Cassandra loads at its start what it finds in a table's folders, under the names it has.
    private func startedSince(_ moment: Int64?) async throws -> Bool {
        guard intake == .refresh, let moment,
            let uptime = try await context.nodetool.info().uptimeSeconds
        else { return false }
        return Self.now() - uptime > moment
    }

    /// Whether Cassandra may have loaded these at a start of its own. What a node that is down would
    /// load at its next start can be taken out.
    private func mayBeLive(_ rows: [PlacedSSTable]) async throws -> Bool {
        do {
            return try await startedSince(rows.map(\.planned).min())
        } catch let error as NodetoolError where error.isNodeDown {
            return false
        }
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }

    /// Takes out what was not taken in, and says what stands where.
    private func refused(
        _ offered: [PlacedSSTable], _ failure: OperationFailure
    ) async throws -> OperationFailure {
        let left = offered.filter { FolderReader.isFile($0.dataFile) }
        var failure = failure
        guard try await !mayBeLive(left) else {
            failure.message += " \(table) holds what Cassandra found at its start."
            return failure
        }
        try await takeOut(left)
        let taken = offered.count - left.count
        let folders = Set(offered.map(\.folder)).sorted().joined(separator: ", ")
        failure.message +=
            taken == 0
            ? " \(table) is as it was before: its files were taken out again."
            : " \(taken) of \(offered.count) SSTables were taken into \(table) and stay there; "
                + "the others were taken out of \(folders) again."
        return failure
    }
}
