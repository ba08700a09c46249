import AgentProtocol
import BackupModel
import Certificates
import Foundation
import Testing

/// Agent and executor over real connections: who is let in, and whom one talks to.
@Suite struct MutualTLSTests {
    @Test func `an agent answers an executor of its own authority and nobody else`() async throws {
        let agent = try AgentUnderTest()
        try await agent.serving {
            try await agent.ask(agent.client(agent.executor()), patience: 20)
            let stranger = try CertificateAuthority()
            let callers: [(String, CertifiedKey?)] = [
                ("an executor of another authority", try stranger.newExecutorKey(lifetime: 60)),
                ("an agent", try AgentUnderTest.agentKey(of: agent.authority, agent.name)),
                (
                    "an executor whose certificate is over",
                    try agent.authority.newExecutorKey(lifetime: 60, now: Date() - 3_600)
                ),
                ("nobody", nil),
            ]
            for (who, key) in callers {
                let client = try agent.client(key)
                let failure = await #expect(throws: OperationFailure.self, "\(who)") {
                    try await agent.ask(client)
                }
                #expect(failure?.code == .unreachable, "\(who): \(failure?.message ?? "")")
                try await agent.ask(agent.client(agent.executor()))
            }
        }
    }

    @Test func `an executor talks to that very agent or to nobody`() async throws {
        let agent = try AgentUnderTest()
        try await agent.serving {
            let key = try agent.executor()
            try await agent.ask(agent.client(key), patience: 20)
            let otherHost = AgentName(
                cluster: "c", host: "00000000-0000-0000-0000-00000000000b",
                enrolment: agent.name.enrolment)
            for (who, client) in [
                ("another host", try agent.client(key, otherHost)),
                ("the same host, joined anew", try agent.client(key, AgentUnderTest.name(2))),
                (
                    "another authority's agent",
                    try agent.client(key, trusting: CertificateAuthority())
                ),
            ] {
                // It would wait a minute for one that may come back.
                let failure = await #expect(throws: OperationFailure.self, "\(who)") {
                    try await agent.ask(client, patience: 60)
                }
                #expect(failure?.code == .denied, "\(who): \(failure?.message ?? "")")
            }
        }
    }

    @Test func `an agent whose certificate is over is talked to by nobody`() async throws {
        let agent = try AgentUnderTest(now: Date() - 7_200)
        try await agent.serving {
            let client = try agent.client(agent.executor())
            let failure = await #expect(throws: OperationFailure.self) {
                try await agent.ask(client, patience: 20)
            }
            #expect(failure?.code == .denied, "\(failure?.message ?? "")")
        }
    }

    @Test func `a certificate is renewed under an operation that runs, which does not notice`()
        async throws
    {
        let agent = try AgentUnderTest()
        let folder = agent.fixture.scratch.path
        for pipe in ["begun", "go"] { #expect(mkfifo("\(folder)/\(pipe)", 0o600) == 0) }
        let script = try agent.fixture.scratch.write(
            "scripts/script",
            "#!/bin/sh\necho >'\(folder)/begun'\nread -r word <'\(folder)/go'\necho $word\n".utf8)
        for path in [script, "\(folder)/scripts"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        try await agent.serving {
            let client = try agent.client(agent.executor())
            async let result = client.perform(
                RunScript(
                    script: ScriptName("script"), moment: .preSnapshot, tag: BackupTag("t"),
                    selection: .everything),
                id: "long", fence: Fence(jobID: "j", epoch: 1), requestID: "", patience: 20)
            // Both block until the script is there.
            try await agent.fixture.context.files.run {
                _ = try FileHandle(forReadingFrom: URL(filePath: "\(folder)/begun"))
                    .readToEnd()
            }
            let next = AgentUnderTest.name(2)
            try agent.served.replace(
                with: AgentUnderTest.agentKey(of: agent.authority, next))
            try await agent.ask(agent.client(agent.executor(), next))
            let late = try agent.client(agent.executor())
            await #expect(throws: OperationFailure.self) { try await agent.ask(late) }
            try await agent.fixture.context.files.run {
                try Data("done\n".utf8).write(to: URL(filePath: "\(folder)/go"))
            }
            #expect(try await result.output == "done\n")
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:1", true), ("https://10.0.0.1:8461", true),
        ("https://node-1.example:8461", true), ("http://localhost:1", true),
        ("http://10.0.0.1:8461", false), ("http://127.example.org:1", false), ("10.0.0.1", false),
        ("http://127.0.0.1", false),
    ])
    func `without TLS no agent is reached beyond this machine`(url: String, isGood: Bool) {
        #expect((try? AgentAddress(url: url)).map { "\($0)" } == (isGood ? url : nil))
    }
}
