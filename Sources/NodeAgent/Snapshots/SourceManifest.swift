import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

/// The manifest of one host's part of a backup, on this node's disk; see `withSourceManifest`.
///
/// Manifests that OpsCenter wrote are read like ours: what they do not say is missing in the
/// entries and in the header.
struct SourceManifest: Sendable {
    /// Where it can be read.
    let path: String
    /// What it is called in messages.
    let name: String
    let tag: BackupTag
    /// Whose part of the backup it is; `nil`: the node's own.
    let host: HostID?
    let threads: FileThreads

    /// Reads all of it, telling each entry in its order.
    ///
    /// - Throws: `OperationFailure` of code `corrupt` where it is cut off or is none.
    func read(
        entry tell: (ManifestEntry) async throws -> Void
    ) async throws -> ManifestReader.Header {
        try await reading { try await $0.read { try await tell($0.named()) } }
    }

    /// What it says besides its entries; for one of OpsCenter's what its entries tell.
    ///
    /// - Throws: as `read`; of one of ours, what is wrong behind the header is not seen.
    func header() async throws -> ManifestHeader {
        if case .complete(let header) = try await reading({ try await $0.readHeader() }) {
            return header
        }
        return try await header { _ in }
    }

    private func reading(
        _ read: (ManifestReader) async throws -> ManifestReader.Header
    ) async throws -> ManifestReader.Header {
        do {
            return try await read(
                ManifestReader(try await FileSource(path: path, threads: threads).open()))
        } catch let error as ManifestError {
            throw OperationFailure(code: .corrupt, object: name, message: "\(name): \(error)")
        }
    }

    /// As above, telling each entry in its order.
    func header(entry tell: (ManifestEntry) async throws -> Void) async throws -> ManifestHeader {
        var tables: [TableName: TableOutcome] = [:]
        let header = try await read { entry in
            try await tell(entry)
            let table = TableName(keyspace: entry.keyspace, table: entry.table)
            tables[
                table,
                default: TableOutcome(
                    keyspace: table.keyspace, table: table.table, tableID: nil,
                    outcome: .success, files: 0, size: 0)
            ].files += 1
        }
        if case .complete(let header) = header { return header }
        guard let host else {
            throw OperationFailure(
                code: .invalid, object: name, message: "\(name) does not say whose it is.")
        }
        return ManifestHeader(
            tag: tag, scheduleID: nil, cluster: "", clusterName: "", hostID: host, node: "",
            datacenter: "", rack: "", tokens: [], partitioner: "", cassandraVersion: "",
            schemaVersion: "", snapshotTime: 0, writtenTime: 0, hosts: [],
            tables: tables.values.sorted { $0.name < $1.name }, schema: [])
    }
}

extension ManifestEntry {
    /// With the file's own name, which OpsCenter's entries have only as the end of the object's.
    func named() -> ManifestEntry {
        guard file == nil, name.hasPrefix("\(uniquifier)-") else { return self }
        var entry = self
        entry.file = String(name.dropFirst(uniquifier.count + 1))
        return entry
    }
}
