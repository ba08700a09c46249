import AgentProtocol
import BackupModel
import Crypto
import Destinations
import Foundation
import NodeAgent

/// A local destination and the agent of a node that reaches it; backups are made by the writers
/// that make real ones.
struct RepositoryFixture {
    let scratch: Scratch
    let context: AgentContext
    let host: HostID
    let target: LocalDestination

    /// - Parameters:
    ///   - freeSpaceFloor: bytes that the agent leaves free.
    ///   - scriptSeconds: after which a script is stopped.
    init(freeSpaceFloor: Int64 = 0, scriptSeconds: Int = 60) throws {
        scratch = try Scratch()
        host = try HostID("00000000-0000-0000-0000-000000000001")
        let path = scratch.path
        let yaml = """
            cluster: c
            api: http://127.0.0.1:1
            state_directory: \(path)/state
            listen: 127.0.0.1:1
            roots: [\(path)/backups]
            free_space_floor_bytes: \(freeSpaceFloor)
            script_directory: \(path)/scripts
            script_time_limit_seconds: \(scriptSeconds)
            cassandra:
              address: 127.0.0.1
              data_directories: [\(path)/data]
              nodetool: [/bin/false]
              sstableloader: [/bin/false]
              cqlsh: [/bin/false]
              cql: {host: 127.0.0.1, port: 1}
            """
        let file = try scratch.write("agent.yaml", Array(yaml.utf8))
        context = try AgentContext(configuration: AgentConfiguration(file: file))
        target = try LocalDestination(
            path: "\(path)/backups/d",
            rules: LocalPathRules(roots: ["\(path)/backups"], forbidden: []), owner: "test",
            threads: context.files)
    }

    var description: DestinationDescription {
        DestinationDescription(
            id: "d", location: .local(LocalLocation(path: "\(scratch.path)/backups/d")))
    }

    var source: BackupSource { .destination(description, host: host) }

    var layout: RepositoryLayout { RepositoryLayout(hostID: host) }

    /// Files of table `k.t`: what Cassandra calls them, and their content.
    typealias Files = [String: String]

    /// Makes a backup of these files on the destination.
    @discardableResult
    func backUp(_ tag: String, _ files: Files) async throws -> [ManifestEntry] {
        let tag = try BackupTag(tag)
        let entries = entries(files.mapValues { Array($0.utf8) })
        for entry in entries {
            let content = Array((files[entry.file ?? ""] ?? "").utf8)
            _ = try await target.store(
                BytesSource(content), as: layout.object(named: entry.name),
                expecting: ObjectContent(
                    sha256: entry.sha256 ?? "", size: Int64(content.count)))
        }
        try await target.replace(
            BytesSource(Array("{}".utf8)), as: layout.schema(tag, keyspace: "k"))
        let path = try writeManifest(tag, entries)
        try await target.replace(
            FileSource(path: path, threads: context.files), as: layout.manifest(tag))
        return entries
    }

    /// Makes a snapshot of these files on the node, captured.
    func snapshot(_ tag: String, _ files: Files) throws {
        try snapshot(tag, bytes: files.mapValues { Array($0.utf8) })
    }

    func snapshot(_ tag: String, bytes files: [String: [UInt8]]) throws {
        for (file, content) in files {
            try scratch.write("data/k/t/snapshots/\(tag)/\(file)", content)
        }
        _ = try writeManifest(BackupTag(tag), entries(files))
    }

    /// Makes a backup as OpsCenter lays it out: no header, no hashes, no sizes.
    func backUpAsOpsCenter(_ tag: String, _ files: Files) async throws {
        var elements: [String] = []
        for (file, content) in files.sorted(by: { $0.key < $1.key }) {
            let name = "9941b3baf0c02303123bb01d40786861-\(file)"
            try await target.replace(
                BytesSource(Array(content.utf8)), as: layout.object(named: name))
            elements.append(
                #"{"name": "\#(name)", "uniquifier": "9941b3baf0c02303123bb01d40786861", "#
                    + #""keyspace": "k", "cf": "t", "version": "mc"}"#)
        }
        let manifest = #"{"sstables": [\#(elements.joined(separator: ", "))]}"#
        try await target.replace(
            BytesSource(Array(manifest.utf8)), as: layout.manifest(BackupTag(tag)))
    }

    /// The names of all objects of the host, sorted.
    func objects() async throws -> [String] {
        var names: [String] = []
        for try await entry in target.list(layout.root, depth: .all) {
            if case .object(let name, _) = entry { names.append(name) }
        }
        return names.sorted()
    }

    func verify(
        _ tag: String, _ mode: VerifyMode, source: BackupSource? = nil, part: Int = 0,
        parts: Int = 1
    ) async throws -> VerifyBackup.Result {
        try await VerifyBackup(
            tag: BackupTag(tag), source: source ?? self.source, mode: mode, part: part,
            parts: parts
        ).perform(in: context, progress: OperationProgress { _ in })
    }

    /// What lies in the agent's state directory besides what it keeps.
    func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(scratch.path)/state").filter {
            $0.hasPrefix(".")
        }
    }

    private func entries(_ files: [String: [UInt8]]) -> [ManifestEntry] {
        files.sorted { $0.key < $1.key }.map { file, content in
            let sha256 = hexadecimal(SHA256.hash(data: content))
            return ManifestEntry(
                name: RepositoryLayout.objectName(sha256: sha256, file: file, compressed: false),
                uniquifier: sha256, keyspace: "k", table: "t", version: "nb", file: file,
                size: Int64(content.count), sha256: sha256, tableID: nil, compression: nil)
        }
    }

    /// Writes the node's own manifest of a snapshot.
    func writeManifest(_ tag: BackupTag, _ entries: [ManifestEntry]) throws -> String {
        let path = context.manifestPath(tag)
        let writer = try ManifestWriter(path: path)
        for entry in entries { try writer.add(entry) }
        let tables = Dictionary(grouping: entries) {
            TableName(keyspace: $0.keyspace, table: $0.table)
        }
        try writer.finish(
            ManifestHeader(
                tag: tag, scheduleID: nil, cluster: "c", clusterName: "C", hostID: host,
                node: "127.0.0.1", datacenter: "dc", rack: "r", tokens: [], partitioner: "",
                cassandraVersion: "4.1.6", schemaVersion: "", snapshotTime: 5, writtenTime: 6,
                hosts: [HostOutcome(hostID: host, address: "127.0.0.1", outcome: .success)],
                tables: tables.sorted { $0.key < $1.key }.map { table, entries in
                    TableOutcome(
                        keyspace: table.keyspace, table: table.table, tableID: nil,
                        outcome: .success, files: entries.count,
                        size: entries.reduce(0) { $0 + ($1.size ?? 0) })
                }, schema: [], selection: ["k": []]))
        return path
    }
}
