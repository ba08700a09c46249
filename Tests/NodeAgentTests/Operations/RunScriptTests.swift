import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

/// Scripts of the operator's, run by a real agent.
@Suite struct RunScriptTests {
    private let fixture: RepositoryFixture
    private let directory: String

    init() throws { try self.init(seconds: 120) }

    private init(seconds: Int) throws {
        fixture = try RepositoryFixture(scriptSeconds: seconds)
        directory = "\(fixture.scratch.path)/scripts"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
    }

    private func write(_ body: String, mode: Int = 0o755) throws {
        let path = try fixture.scratch.write("scripts/script", "#!/bin/sh\n\(body)\n".utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func run(
        _ moment: RunScript.Moment = .preSnapshot, _ name: String = "script"
    ) async throws -> RunScript.Result {
        try await RunScript(
            script: ScriptName(name), moment: moment, tag: BackupTag("t"), selection: .everything
        ).perform(in: fixture.context, progress: OperationProgress { _ in })
    }

    @Test func `before the snapshot it gets no arguments and nothing to read`() async throws {
        try write(#"echo "$# $(wc -c) $HELENUS_TAG"; echo warning >&2"#)
        let result = try await run()
        #expect(result.isSuccess && result.ending == "exit status 0")
        #expect(result.output == "0 0 t\n\nwarning\n")
    }

    @Test func `after it, it reads the paths of the snapshot's files`() async throws {
        try fixture.snapshot("t", ["nb-1-big-Data.db": "a", "nb-1-big-TOC.txt": "b"])
        try write("sort")
        let folder = "\(fixture.scratch.path)/data/k/t/snapshots/t"
        #expect(
            try await run(.postSnapshot).output
                == "\(folder)/nb-1-big-Data.db\n\(folder)/nb-1-big-TOC.txt\n")
        #expect(try fixture.leftovers().isEmpty)
    }

    @Test func `one that reads nothing of it does no harm`() async throws {
        try fixture.snapshot("t", ["nb-1-big-Data.db": "a"])
        try write("exit 0")
        #expect(try await run(.postSnapshot).isSuccess)
    }

    @Test func `a script that says no is answered with what it said`() async throws {
        try write("echo disk is full; exit 3")
        let result = try await run()
        #expect(!result.isSuccess && result.ending == "exit status 3")
        #expect(result.output == "disk is full\n")
    }

    @Test func `of much output the beginning and the end are kept`() async throws {
        try write("echo first; head -c 100000 /dev/zero | tr '\\0' x; printf '\\nla\\0st\\n'")
        let output = try await run().output
        #expect(output.hasPrefix("first\n") && output.hasSuffix("\nlast\n"))
        #expect(output.utf8.count < 3_000)
    }

    @Test func `one that takes too long is stopped, and not run again by itself`() async throws {
        let hurried = try RunScriptTests(seconds: 1)
        try hurried.write("exec sleep 1000")
        let failure = await #expect(throws: OperationFailure.self) { try await hurried.run() }
        #expect(failure?.code == .tool && failure?.code.mayPass == false)
        #expect(failure?.message.contains("pre_snapshot_script script: no end after 1 s") == true)
    }

    @Test func `one that is not there, or cannot be executed, is refused`() async throws {
        try write("exit 0", mode: 0o644)
        for (name, words) in [("script", "cannot be executed"), ("other", "No such file")] {
            let failure = await #expect(throws: OperationFailure.self) {
                try await run(.preSnapshot, name)
            }
            #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
        }
    }

    @Test(arguments: [0o757, 0o775]) func `one that others may write is refused`(
        mode: Int
    ) async throws {
        try write("exit 0", mode: mode)
        let script = await #expect(throws: OperationFailure.self) { try await run() }
        #expect(script?.code == .denied)
        try write("exit 0")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory)
        let folder = await #expect(throws: OperationFailure.self) { try await run() }
        #expect(folder?.code == .denied)
    }

    @Test func `a link is not followed`() async throws {
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory)/script", withDestinationPath: "/bin/true")
        let failure = await #expect(throws: OperationFailure.self) { try await run() }
        #expect(failure?.message.contains("is no regular file") == true)
    }
}
