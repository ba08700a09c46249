import BackupModel
import Foundation
import NodeAgent
import Synchronization
import Testing

struct ToolCommandTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// An executable script of the test's own.
    private func tool(_ body: String) throws -> ToolCommand {
        let path = try scratch.write("tool", "#!/bin/sh\n\(body)\n".utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return ToolCommand(argv: [path], environment: ["HELENUS_TEST": "set"])
    }

    @Test func `arguments arrive as they are, and both outputs with the status`() async throws {
        let command = try tool(
            "printf '<%s>' \"$@\"; printf '%s' \"$HELENUS_TEST\" >&2; exit 3")
        let output = try await command.run(
            ["a b", "$(id)", ";x", "'\"", ""], timeLimit: .seconds(30))
        #expect(output.exit == .exited(3))
        #expect(output.output.text == "<a b><$(id)><;x><'\"><>")
        #expect(output.error.text == "set")
    }

    @Test func `a tool that takes too long is stopped with all it started`() async throws {
        let command = try tool("sleep 1000 & echo $! > \(scratch.path)/pid; wait")
        let error = await #expect(throws: ToolFailure.self) {
            try await command.run([], timeLimit: .milliseconds(500))
        }
        #expect(error?.code == .timedOut)
        let text = try String(contentsOfFile: "\(scratch.path)/pid", encoding: .utf8)
        let pid = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(await ended(pid))
    }

    /// Waits until the process has ended; a zombie has.
    private func ended(_ pid: Int32) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            guard let status, !status.contains(") Z") else { return true }
            await Task.yield()
        }
        return false
    }

    @Test func `a tool that is not there is named`() async throws {
        let error = await #expect(throws: ToolFailure.self) {
            try await ToolCommand(argv: ["/nowhere/nodetool"]).run([], timeLimit: .seconds(5))
        }
        #expect(error?.code == .notFound || error?.code == .notStarted)
        #expect(error?.description.contains("nodetool") == true)
        let none = await #expect(throws: ToolFailure.self) {
            try await ToolCommand(argv: []).run([], timeLimit: .seconds(5))
        }
        #expect(none?.code == .notConfigured)
    }

    @Test func `lines come as they are printed, carriage returns end them`() async throws {
        let lines = Mutex<[String]>([])
        let command = try tool("printf 'one\\n\\rtwo\\rthree\\n\\nfour'; echo bad >&2")
        _ = try await command.run([], timeLimit: .seconds(30)) { line in
            lines.withLock { $0.append("\(line.stream == .error ? "!" : "")\(line.text)") }
        }
        #expect(lines.withLock { $0.filter { $0 != "!bad" } } == ["one", "two", "three", "four"])
        #expect(lines.withLock { $0.contains("!bad") })
    }

    @Test func `of a flood of output head and tail are kept`() async throws {
        let command = try tool("echo first; yes 0123456789 | head -c 8000000; echo; echo last")
        let output = try await command.run([], timeLimit: .seconds(60)).output
        #expect(output.text.hasPrefix("first\n") && output.text.hasSuffix("last\n"))
        #expect(output.text.utf8.count < 1_200_000)
        #expect(output.leftOut == 8_000_012 - (1 << 20))
    }

    @Test func `nodetool's password stays in its file`() async throws {
        let command = try tool("printf '%s ' \"$@\" >&2; echo 'Snapshot directory: t1'")
        let nodetool = Nodetool(
            command: command, options: JMXOptions(user: "u", passwordFile: "/p"))
        try await nodetool.snapshot(tag: BackupTag("t1"), keyspaces: ["app"])
        await #expect(throws: NodetoolError.self) {
            try await nodetool.snapshot(tag: BackupTag("t2"), keyspaces: ["app"])
        }
    }

    @Test func `a load reports progress and its verdict`() async throws {
        let command = try tool(
            """
            echo "Streaming relevant part of $3/nb-1-big-Data.db to [/10.0.0.1:7000]"
            echo 'progress: [/10.0.0.1:7000]0:0/1 50 % total: 50% 1MiB/s (avg: 1MiB/s)'
            echo 'progress: [/10.0.0.1:7000]0:1/1 100% total: 100% 1MiB/s (avg: 1MiB/s)'
            """)
        let percents = Mutex<[Int]>([])
        let report = try await SSTableLoader(command: command).load(
            directory: "/s/ks/t", hosts: ["10.0.0.1"], expected: 1
        ) { report in percents.withLock { $0.append(report.percent) } }
        #expect(percents.withLock { $0 } == [50, 100])
        #expect(report.announced == 1 && report.targets["10.0.0.1:7000"]?.sent == 1)
    }

    @Test func `a load that waits for ever after a broken stream is stopped and may be repeated`()
        async throws
    {
        // As Cassandra 1.2 does it.
        let command = try tool(
            """
            echo 'Exception in thread "Streaming to /10.0.0.1:1" java.lang.RuntimeException: EOF' >&2
            exec sleep 600
            """)
        let loader = SSTableLoader(command: command, patience: .milliseconds(50))
        let error = await #expect(throws: LoaderError.self) {
            try await loader.load(directory: "/s/ks/t", hosts: ["10.0.0.1"], expected: 1)
        }
        #expect(error?.code == .incomplete && error?.failure.code.mayPass == true)
        #expect(error?.sentence.contains("Streaming to /10.0.0.1") == true)
    }

    @Test func `cqlsh gets the statement as one argument and no password`() async throws {
        try scratch.write("password", "se'cr%et\n".utf8)
        let file = try CQLSHRC(
            user: "u", passwordFile: "\(scratch.path)/password", tls: nil
        ).write(into: scratch.path)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text == "[authentication]\nusername = u\npassword = se'cr%et\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let command = try tool("for a in \"$@\"; do echo \"[$a]\"; done")
        let shell = CQLShell(command: command, host: "10.0.0.1", port: 9042, cqlshrc: file)
        let said = try await shell.execute("TRUNCATE a.\"B;c\"")
        #expect(
            said.split(separator: "\n") == [
                "[--cqlshrc]", "[\(file)]", "[-e]", "[TRUNCATE a.\"B;c\"]", "[10.0.0.1]", "[9042]",
            ])
    }
}
