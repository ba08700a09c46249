import Foundation
import Glibc
import Testing

/// The program that Cassandra calls, as a process.
@Suite struct ArchiveProgramTests {
    private let folder: ArchiveFolder

    init() throws { folder = try ArchiveFolder() }

    /// In the folder of the tests' own program.
    private static func program() throws -> URL {
        URL(
            filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        ).deletingLastPathComponent().appending(path: "helenus-archive")
    }

    private func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try Self.program()
        process.arguments = arguments
        process.standardError = Pipe()
        try process.run()
        return process
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, said: String) {
        let process = try start(arguments)
        let said = try (process.standardError as? Pipe)?.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said ?? Data(), as: UTF8.self))
    }

    @Test func `it ends with 0 when the segment is archived`() throws {
        try folder.write(folder.segment, Data("rows".utf8))
        #expect(try run([folder.segment, folder.archived("a")]).status == 0)
        #expect(try run(["--link", folder.segment, folder.archived("b")]).status == 0)
        #expect(try folder.archivedNames() == ["a", "b"])
    }

    @Test func `it ends with another number, and says why, on any doubt`() throws {
        let missing = try run([folder.segment, folder.archived("a")])
        #expect(missing.status == 1 && missing.said.contains("No such file"))
        try folder.write(folder.segment, Data("rows".utf8))
        try folder.write(folder.archived("a"), Data("other".utf8))
        let taken = try run([folder.segment, folder.archived("a")])
        #expect(taken.status == 1 && taken.said.contains("with other content"))
    }

    @Test(arguments: [
        [], ["/a"], ["a", "/b"], ["/a", "b"], ["/a", "/b", "/c"], ["--copy", "/a", "/b"],
    ])
    func `what it does not understand it does not do`(arguments: [String]) throws {
        #expect(try run(arguments).status == 64)
    }

    @Test func `killed at any moment it leaves no half archived segment, and can be called again`()
        throws
    {
        let bytes = Data(repeating: 7, count: 48 << 20)
        try folder.write(folder.segment, bytes)
        for _ in 0..<3 {
            let process = try start([folder.segment, folder.archived("a")])
            // It is in the middle of it as soon as its part is there.
            while process.isRunning, try folder.archivedNames().isEmpty { sched_yield() }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if try folder.archivedNames().contains("a") {
                #expect(try Data(contentsOf: URL(filePath: folder.archived("a"))) == bytes)
            }
        }
        #expect(try run([folder.segment, folder.archived("a")]).status == 0)
        #expect(try Data(contentsOf: URL(filePath: folder.archived("a"))) == bytes)
    }
}
