import Crypto
import Destinations
import Foundation
import Testing

@Suite struct LocalDestinationTests {
    @Test func `paths outside the roots, through links and in the data are refused`() throws {
        let folder = try TemporaryFolder()
        for name in ["roots/data", "elsewhere"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/roots/link", withDestinationPath: "\(folder.path)/elsewhere")
        let rules = LocalPathRules(
            roots: ["\(folder.path)/roots"], forbidden: ["\(folder.path)/roots/data"])
        func code(_ path: String) -> DestinationError.Code? {
            do {
                _ = try rules.resolve("\(folder.path)/\(path)")
                return nil
            } catch {
                return (error as? DestinationError)?.code
            }
        }
        #expect(code("roots/backups/new") == nil)
        #expect(code("roots/database") == nil)
        #expect(code("elsewhere") == .outsideRoots)
        #expect(code("roots/link/x") == .outsideRoots)
        #expect(code("roots-not") == .outsideRoots)
        #expect(code("roots/data") == .nested)
        #expect(code("roots/data/x") == .nested)
        #expect(code("roots") == .nested)
        #expect(code("roots/../elsewhere") == .invalidName)
    }

    @Test(.enabled(if: geteuid() == 0, "skipped: mounting a file system needs root"))
    func `a full file system is named`() async throws {
        let folder = try TemporaryFolder()
        let mount = Process()
        mount.executableURL = URL(filePath: "/usr/bin/mount")
        mount.arguments = ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder.path]
        try mount.run()
        mount.waitUntilExit()
        try #require(mount.terminationStatus == 0)
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let destination = try LocalDestination(
            path: "\(folder.path)/store",
            rules: LocalPathRules(roots: [folder.path], forbidden: []), owner: "test",
            threads: FileThreads(count: 1))
        let bytes = [UInt8](repeating: 1, count: 1_000_000)
        let content = ObjectContent(
            sha256: hexadecimal(SHA256.hash(data: bytes)), size: Int64(bytes.count))
        let error = await #expect(throws: DestinationError.self) {
            try await destination.store(BytesSource(bytes), as: "o", expecting: content)
        }
        #expect(error?.code == .noSpace)
        #expect(error?.message.contains("No space left") == true)
        #expect(try await destination.size(of: "o") == nil)
    }

    @Test func `the sizes of many objects are told in the order of their names`() async throws {
        let folder = try TemporaryFolder()
        let destination = try LocalDestination(
            path: "\(folder.path)/store",
            rules: LocalPathRules(roots: [folder.path], forbidden: []), owner: "test",
            threads: FileThreads(count: 1))
        for (name, size) in [("a/x", 3), ("b", 0)] {
            try await destination.replace(
                BytesSource([UInt8](repeating: 1, count: size)), as: name)
        }
        #expect(try await destination.sizes(of: ["b", "none", "a/x", "a"]) == [0, nil, 3, nil])
        await #expect(throws: DestinationError.self) {
            try await destination.sizes(of: ["b", "../b"])
        }
    }

    @Test func `what was written so far is flushed at once, and a missing folder is told`() throws {
        let folder = try TemporaryFolder()
        let destination = try LocalDestination(
            path: "\(folder.path)/store",
            rules: LocalPathRules(roots: [folder.path], forbidden: []), owner: "test",
            threads: FileThreads(count: 1))
        // Nothing was written: there is not even a folder.
        try destination.flushObjects()
        let object = try destination.begin()
        try Array("content".utf8).withUnsafeBytes { try object.append($0) }
        try destination.flushObjects()
        #expect(try object.publish(as: "o") == .stored)
        let error = #expect(throws: DestinationError.self) {
            try FileSystemFlush(path: "\(folder.path)/none")
        }
        #expect(error?.code == .notThere)
    }
}
