import BackupModel
import Destinations
import Foundation
import NodeAgent
import Testing

/// The SSTables of Cassandra's own test data, laid out as a node's data directory with a snapshot.
@Suite(.enabled(if: ReferenceFolder.isThere, Comment(rawValue: ReferenceFolder.absence)))
struct RealSSTableTests {
    static let id = "8c0046a0e73411f1a3b3ab6c995d0ca6"
    static let versions = ["mc", "me", "nb"]
    let scratch: Scratch
    let threads = FileThreads(count: 2)
    let tag = BackupTag.adhoc(at: 1_489_763_169)

    init() throws { scratch = try Scratch() }

    /// Tables → their folders in the snapshot.
    private func layOut(_ version: String) throws -> [String: String] {
        var folders: [String: String] = [:]
        let source = "sstables/\(version)/legacy_tables"
        for (index, table) in try ReferenceFolder.names(in: source).enumerated() {
            let folder = "data\(index % 2)/legacy_tables/\(table)-\(Self.id)"
            try scratch.copy("\(ReferenceFolder.path)/\(source)/\(table)", into: folder)
            let snapshot = "\(folder)/snapshots/\(tag)"
            try scratch.link("\(scratch.path)/\(folder)", into: snapshot)
            try scratch.write("\(snapshot)/manifest.json", "{\"files\":[]}".utf8)
            try scratch.write("\(snapshot)/schema.cql", "CREATE TABLE x;".utf8)
            folders[table] = "\(scratch.path)/\(snapshot)"
        }
        return folders
    }

    private var inventory: SnapshotInventory {
        SnapshotInventory(
            directories: DataDirectories(["\(scratch.path)/data0", "\(scratch.path)/data1"]),
            tag: tag)
    }

    @Test(arguments: versions)
    func `every SSTable of a snapshot is found, whole and verified`(version: String) async throws {
        let folders = try layOut(version)
        let register = try HashRegister(path: "\(scratch.path)/hashes.sqlite") { 1000 }
        let tables = try inventory.tables()
        #expect(tables.map(\.table.table).sorted() == folders.keys.sorted())
        #expect(tables.allSatisfy { $0.tableID == Self.id })
        for pass in 1...2 {
            var count = 0
            for table in tables {
                var sstables = inventory.sstables(of: table)
                while let sstable = try sstables.next() {
                    count += 1
                    #expect(sstable.descriptor.version == version)
                    let files = try await SSTableCapture(register: register, threads: threads)
                        .capture(sstable)
                    #expect(files.count == 8)
                    let data = try #require(files.first { $0.component.name == "Data.db" })
                    #expect(data.isVerified)
                    #expect(files.allSatisfy { $0.wasKnown == (pass == 2) })
                    for file in files {
                        #expect(file.hashes.sha256 == (try sha256(file.component.path)))
                        #expect(file.hashes.size == file.component.size)
                    }
                }
            }
            #expect(count == folders.count)
        }
        try await register.close()
    }

    @Test(arguments: versions)
    func `a flipped byte is refused by the SSTable's own digest`(version: String) async throws {
        let folders = try layOut(version)
        for (table, folder) in folders {
            let path = "\(folder)/\(version)-1-big-Data.db"
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes[bytes.count / 2] ^= 0x10
            try FileManager.default.removeItem(atPath: path)
            try bytes.write(to: URL(fileURLWithPath: path))
            let error = await captureError(table)
            #expect(error?.code == .digestMismatch)
            #expect(error?.path == path)
            #expect(error?.failure.message.contains("legacy_tables.\(table)") == true)
        }
    }

    @Test(arguments: versions)
    func `a file cut off or gone is refused by name`(version: String) async throws {
        let folders = try layOut(version)
        let (table, folder) = try #require(folders.min { $0.key < $1.key })
        let data = "\(folder)/\(version)-1-big-Data.db"
        let whole = try Data(contentsOf: URL(fileURLWithPath: data))
        try FileManager.default.removeItem(atPath: data)
        try whole.dropLast(3).write(to: URL(fileURLWithPath: data))
        #expect(await captureError(table)?.path == data)
        try whole.prefix(10).write(to: URL(fileURLWithPath: data))
        #expect(await captureError(table)?.code == .truncated)
        try whole.write(to: URL(fileURLWithPath: data))
        let filter = "\(folder)/\(version)-1-big-Filter.db"
        try FileManager.default.removeItem(atPath: filter)
        let missing = await captureError(table)
        #expect(missing?.code == .missingComponent && missing?.path == filter)
    }

    private func captureError(_ table: String) async -> CaptureError? {
        await #expect(throws: CaptureError.self) {
            let found = try inventory.tables().first { $0.table.table == table }
            var sstables = inventory.sstables(of: try #require(found))
            while let sstable = try sstables.next() {
                _ = try await SSTableCapture(register: nil, threads: threads).capture(sstable)
            }
        }
    }

    /// As the system's own tool has it.
    private func sha256(_ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        process.arguments = [path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output.prefix(64), as: UTF8.self)
    }
}
