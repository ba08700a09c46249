package import AgentProtocol
import BackupModel
import Crypto
import Destinations

extension DescribeBackups: PerformableOperation {
    /// An answer grows no further than the part that brings it to so many tables.
    private static let tablesInAnswer = 20_000

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        let target = try context.open(destination)
        var sizes: (host: HostID, index: ObjectIndex)?
        var result = Result(found: [])
        var tables = 0
        for part in parts where tables < Self.tablesInAnswer {
            var found = try await describe(part, on: target)
            if found.writer == .opsCenter {
                // Its manifests do not tell sizes; one listing of the host does, for all of them.
                if sizes?.host != part.hostID {
                    let index = try ObjectIndex(in: context.configuration.stateDirectory)
                    try await index.add(
                        objectsOf: RepositoryLayout(hostID: part.hostID), on: target)
                    sizes = (part.hostID, index)
                }
                if let index = sizes?.index {
                    found.tables = try await sums(part, on: target, sizes: index)
                }
            }
            tables += found.tables.count
            result.found.append(found)
        }
        return result
    }

    /// What the manifest says of itself; the reason where it cannot be read.
    private func describe(
        _ part: BackupPart, on target: any Destination
    ) async throws -> FoundPart {
        var found = FoundPart(part)
        let name = RepositoryLayout(hostID: part.hostID).manifest(part.tag)
        do {
            switch try await ManifestReader(target.read(name)).readHeader() {
            case .complete(let header):
                fill(&found, with: header)
                // As we write it, it ends so; otherwise only a full reading tells.
                let end = max(0, part.manifestBytes - 16)..<part.manifestBytes
                let tail = try await target.read(name, range: end).collect(upTo: 16, of: name)
                if !Self.isEnd(tail) {
                    _ = try await ManifestReader(target.read(name)).read { _ in }
                }
            case .missing:
                found.writer = .opsCenter
                found.runKey = FoundPart.Writer.opsCenter.rawValue
                found.time = part.tag.time
                found.scheduleID = part.tag.scheduleID
            }
        } catch let error as ManifestError {
            found.problem = "\(name) cannot be read: \(error)"
        } catch let error as DestinationError where error.code == .notThere {
            found.problem = "\(name) has gone."
        }
        return found
    }

    private func fill(_ found: inout FoundPart, with header: ManifestHeader) {
        found.writer = .helenus
        found.cluster = header.cluster
        found.clusterName = header.clusterName
        found.node = header.node
        found.scheduleID = header.scheduleID
        found.time = header.snapshotTime
        found.hostCount = header.hosts.count
        found.absentCount = header.hosts.filter { $0.outcome != .success }.count
        found.tables = header.tables
        found.tokens = header.tokens
        found.written = header.writtenTime
        found.selection = header.selection
        let run = [header.cluster] + header.hosts.map(\.hostID.text).sorted()
        found.runKey = hexadecimal(SHA256.hash(data: Array(run.joined(separator: "/").utf8)))
        if header.hostID != found.hostID || header.tag != found.tag {
            found.problem =
                "It lies under \(found.hostID)/\(found.tag) and says that it is "
                + "\(header.hostID)/\(header.tag)."
        }
    }

    /// Sums of each table, in a manifest that does not tell them.
    private func sums(
        _ part: BackupPart, on target: any Destination, sizes: ObjectIndex
    ) async throws -> [TableOutcome] {
        var tables: [TableName: TableOutcome] = [:]
        var batch: [ManifestEntry] = []
        func add() async throws {
            let found = try await sizes.sizes(of: batch.map(\.name))
            for entry in batch {
                let name = TableName(keyspace: entry.keyspace, table: entry.table)
                tables[
                    name,
                    default: TableOutcome(
                        keyspace: name.keyspace, table: name.table, tableID: nil,
                        outcome: .success, files: 0, size: 0)
                ].add(bytes: found[entry.name])
            }
            batch = []
        }
        let manifest = RepositoryLayout(hostID: part.hostID).manifest(part.tag)
        _ = try await ManifestReader(target.read(manifest)).read { entry in
            batch.append(entry)
            if batch.count == 1_000 { try await add() }
        }
        try await add()
        return tables.values.sorted { $0.name < $1.name }
    }

    /// The end of a whole manifest: of the array, and of the object.
    private static func isEnd(_ tail: [UInt8]) -> Bool {
        String(decoding: tail.filter { $0 > 0x20 }, as: UTF8.self).hasSuffix("]}")
    }
}

extension TableOutcome {
    /// Counts one file; one that is missing makes the table unusable.
    fileprivate mutating func add(bytes: Int64?) {
        files += 1
        if let bytes {
            size += bytes
        } else {
            outcome = .error
            message = "Files that the manifest names are missing."
        }
    }
}
