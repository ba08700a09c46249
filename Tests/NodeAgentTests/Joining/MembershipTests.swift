import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

/// What an agent keeps of having joined.
@Suite struct MembershipTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `it is kept for the agent's eyes only`() throws {
        #expect(try Membership(in: scratch.path) == nil)
        let joined = Membership(
            credentials: AgentCredentials(token: "t", executorSecret: "s"),
            hostID: try HostID("00000000-0000-0000-0000-00000000000a"), authority: "f00d")
        try joined.save(in: scratch.path)
        #expect(try Membership(in: scratch.path) == joined)
        let file = "\(scratch.path)/credentials.json"
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `one of a time before certificates asks for a new token`() throws {
        try scratch.write("credentials.json", #"{"token": "t", "executor_secret": "s"}"#.utf8)
        let failure = #expect(throws: OperationFailure.self) {
            try Membership(in: scratch.path)
        }
        #expect(failure?.message.contains("new enrolment token") == true)
    }
}
