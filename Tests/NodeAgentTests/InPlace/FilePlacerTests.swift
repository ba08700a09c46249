import AgentProtocol
import Foundation
import NodeAgent
import Testing

@Suite struct `files that are placed` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func live() throws -> String {
        let folder = "\(scratch.path)/live"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func `a file on the same file system is linked and readable`() throws {
        let source = try scratch.write("staged/mc-1-big-Data.db", [1, 2, 3])
        let folder = try live()
        try FilePlacer(into: folder).place(source, as: "mc-9-big-Data.db")
        let placed = "\(folder)/mc-9-big-Data.db"
        #expect(try FileIdentity(path: placed) == FileIdentity(path: source))
        let mode = try FileManager.default.attributesOfItem(atPath: placed)[.posixPermissions]
        #expect(mode as? Int == 0o644)
    }

    @Test func `placing again changes nothing, and removing again is no error`() throws {
        let source = try scratch.write("staged/mc-1-big-Data.db", [1, 2, 3])
        let placer = try FilePlacer(into: live())
        try placer.place(source, as: "mc-9-big-Data.db")
        try placer.place(source, as: "mc-9-big-Data.db")
        let placed = try live() + "/mc-9-big-Data.db"
        try FilePlacer.remove(placed)
        try FilePlacer.remove(placed)
        #expect(!FileManager.default.fileExists(atPath: placed))
        #expect(FileManager.default.fileExists(atPath: source))
    }

    @Test(.enabled(if: FolderReader.isFolder("/dev/shm"), "needs a second file system"))
    func `a file on another file system is copied whole`() throws {
        let source = try scratch.write(
            "staged/mc-1-big-Data.db", (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 251) })
        let folder = "/dev/shm/helenus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FilePlacer(into: folder).place(source, as: "mc-9-big-Data.db")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mc-9-big-Data.db"])
        #expect(
            FileManager.default.contentsEqual(
                atPath: source, andPath: "\(folder)/mc-9-big-Data.db"))
    }

    @Test func `a folder that is not there is named`() {
        #expect {
            try FilePlacer(into: "/no/such/folder")
        } throws: { error in
            let failure = error as? OperationFailure
            return failure?.code == .notFound && failure?.object == "/no/such/folder"
        }
    }
}
