import AgentProtocol
import Foundation
import NodeAgent
import Testing

/// Real SSTables of Cassandra 3.0, 3.11 and 4.x against their own table of contents and digest.
@Suite(.enabled(if: ReferenceData.folder != nil, "the SSTables are not on this machine"))
struct CaptureTests {
    private func tables() throws -> [String] {
        let root = "\(ReferenceData.folder ?? "")/sstables"
        return try ["mc", "me", "nb"].flatMap { version in
            try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(version)/legacy_tables")
                .map { "\(root)/\(version)/legacy_tables/\($0)" }
        }
    }

    private func files(_ folder: String) throws -> [SSTableFileName: String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .reduce(into: [:]) { files, file in
                if let name = SSTableFileName(file) { files[name] = file }
            }
    }

    private func capture(_ folder: String) throws {
        let files = try files(folder)
        let check = CaptureCheck(folder: folder, files: files)
        try check.checkComponents()
        let data = try #require(files.first { $0.key.component == "Data.db" })
        try check.check(
            FileHasher.digest(path: "\(folder)/\(data.value)", extras: check.extras))
    }

    @Test func `every real SSTable is whole`() throws {
        let tables = try tables()
        #expect(tables.count >= 9)
        for table in tables { try capture(table) }
    }

    @Test func `a flipped byte in Data db is found by the digest`() throws {
        let source = try #require(try tables().first)
        let folder = FileManager.default.temporaryDirectory.path + "/capture-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: source, toPath: folder)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        let data = try #require(try files(folder).first { $0.key.component == "Data.db" })
        var bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(data.value)"))
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.removeItem(atPath: "\(folder)/\(data.value)")
        try bytes.write(to: URL(filePath: "\(folder)/\(data.value)"))
        let error = #expect(throws: OperationFailure.self) { try capture(folder) }
        #expect(error?.code == .corrupt)
        #expect(error?.object == data.value)
    }
}
