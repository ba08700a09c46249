import AgentProtocol
import NodeAgent
import Testing

/// What real Cassandra 4.1 and 5.0 printed, read again.
@Suite(.enabled(if: ReferenceData.folder != nil, "the recordings are not on this machine"))
struct RecordedNodetoolTests {
    private func output(_ name: String) throws -> ToolOutput {
        let recording = try ReferenceData.recording(name)
        return ToolOutput(
            exit: recording.exit, standardOutput: recording.out, standardError: recording.err)
    }

    @Test(arguments: ["nodetool-4.1", "nodetool-5.0"])
    func `a snapshot is taken only when its directory is named`(version: String) throws {
        try NodetoolVerdict.snapshot(output("\(version)/snapshot-ks.txt"), tag: "snap1")
        for (name, code) in [
            ("snapshot-dup", OperationFailure.Code.conflict), ("snapshot-badks", .notFound),
            ("snapshot-badtable", .notFound), ("snapshot-slash", .tool),
            ("snapshot-ttl-bad", .tool), ("snapshot-on-down-node", .nodeDown),
        ] {
            let error = #expect(throws: OperationFailure.self, "\(name)") {
                try NodetoolVerdict.snapshot(output("\(version)/\(name).txt"), tag: "snap1")
            }
            #expect(error?.code == code, "\(name): \(error?.message ?? "")")
        }
    }

    @Test(arguments: ["nodetool-4.1", "nodetool-5.0"])
    func `a loader that sent nothing has failed, whatever its exit status`(version: String) throws {
        try LoaderVerdict.check(
            output("\(version)/sstableloader.txt"), dataFiles: 1, object: "app.users")
        for name in ["sstableloader-badks", "sstableloader-notable", "sstableloader-nodir"] {
            #expect(throws: OperationFailure.self, "\(name)") {
                try LoaderVerdict.check(
                    output("\(version)/\(name).txt"), dataFiles: 1, object: "app.users")
            }
        }
    }
}
