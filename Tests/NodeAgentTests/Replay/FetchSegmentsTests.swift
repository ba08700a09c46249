import AgentProtocol
import BackupModel
import Foundation
import NodeAgent
import Testing

/// How commitlog segments come to a node, and which do not.
@Suite struct FetchSegmentsTests {
    private let node: ReplayFixture
    private let content = "mutations"

    init() throws {
        node = try ReplayFixture()
        try node.write("backups/commitlogs/\(node.host)/CommitLog-2-8.log", content)
    }

    private func fetch(_ name: String) async throws {
        let whole = try node.scratch.write("whole", Array(content.utf8))
        let hash = try FileHasher().hash(path: whole).hashes.sha256
        _ = try await node.perform(
            FetchSegments(
                stagingID: "s",
                destination: DestinationDescription(
                    id: "d",
                    location: .local(LocalLocation(path: "\(node.scratch.path)/backups"))),
                hostID: node.host,
                segments: [
                    NeededSegment(
                        sequence: 1, name: name, bytes: Int64(content.utf8.count),
                        sha256: hash, isCompressed: false)
                ]))
    }

    @Test func `a segment is brought as it was, once`() async throws {
        try await fetch("CommitLog-2-8.log")
        #expect(try node.text("state/staging/s/commitlog/CommitLog-2-8.log") == content)
        try FileManager.default.removeItem(atPath: "\(node.scratch.path)/backups/commitlogs")
        try await fetch("CommitLog-2-8.log")
    }

    @Test func `one whose content is another is refused by name`() async throws {
        try node.write("backups/commitlogs/\(node.host)/CommitLog-2-8.log", "mutatiöns")
        let failure = await #expect(throws: OperationFailure.self) {
            try await fetch("CommitLog-2-8.log")
        }
        #expect(failure?.code == .corrupt)
        #expect(failure?.message.contains("CommitLog-2-8.log is corrupt") == true)
    }

    @Test func `one that is not there, or has no segment's name, is refused`() async throws {
        await #expect(throws: (any Error).self) { try await fetch("CommitLog-2-9.log") }
        await #expect(throws: (any Error).self) { try await fetch("../CommitLog-2-8.log") }
    }
}
