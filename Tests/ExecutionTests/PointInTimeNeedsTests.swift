import AgentProtocol
import Execution
import Testing

/// How much room going back to a moment takes on a node.
@Suite struct PointInTimeNeedsTests {
    /// 100 bytes of files and 40 of segments.
    private func refusal(
        staging: Int64 = 1_000, commitLog: Int64 = 1_000, data: Int64 = 1_000, staged: Int64 = 0,
        commitLogDevice: UInt64 = 2, dataDevice: UInt64 = 3
    ) -> String? {
        PointInTimeNeeds(
            files: 100, segments: 40,
            replay: InspectReplay.Result(
                stage: .untouched, isUp: true, isSeed: false,
                staging: FileSystemRoom(device: 1, freeBytes: staging),
                commitLog: FileSystemRoom(device: commitLogDevice, freeBytes: commitLog)),
            restore: InspectRestore.Result(
                origins: [], differences: [], replication: [:],
                staging: FileSystemRoom(device: 1, freeBytes: staging),
                data: [FileSystemRoom(device: dataDevice, freeBytes: data)], stagedBytes: staged,
                loaded: [])
        ).refusal(node: "10.0.0.1")
    }

    @Test func `files and segments are staged, and segments copied to be replayed`() {
        #expect(refusal() == nil)
        #expect(
            refusal(staging: 140)
                == "node 10.0.0.1 has 140 bytes free for staging; 140 are needed.")
        #expect(refusal(staging: 141, staged: 100) == nil)
        #expect(
            refusal(staging: 180, commitLogDevice: 1)
                == "node 10.0.0.1 has 180 bytes free for staging; 180 are needed.")
        #expect(
            refusal(commitLog: 40)
                == "node 10.0.0.1 has 40 bytes free for commitlogs; 40 are needed.")
    }

    @Test func `data directories need room where files cannot be linked`() {
        #expect(
            refusal(data: 140) == "node 10.0.0.1 has 140 bytes free for data; 140 are needed.")
        #expect(refusal(data: 0, dataDevice: 1) == nil)
    }
}
