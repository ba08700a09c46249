import BackupModel
import Execution
import Testing

@Suite struct PartShareTests {
    private func host(_ number: Int) throws -> HostID {
        try HostID("00000000-0000-0000-0000-00000000000\(number)")
    }

    private func node(_ number: Int) throws -> ClusterNode {
        ClusterNode(
            hostID: try host(number), address: "10.0.0.\(number)", agentURL: "")
    }

    @Test func `each node looks after its own part, and the living share those of others`() throws {
        let hosts = try (1...5).map(host)
        let (shares, left) = PartShare.assign(
            hosts, live: [try node(1), try node(2)], isOnServer: false)
        #expect(shares.map(\.host) == hosts && left.isEmpty)
        #expect(shares.map(\.node.address) == ["1", "2", "1", "2", "1"].map { "10.0.0.\($0)" })
    }

    @Test func `nobody reaches a snapshot but its own node`() throws {
        let (shares, left) = PartShare.assign(
            [try host(1), try host(3)], live: [try node(1), try node(2)], isOnServer: true)
        #expect(try shares.map(\.host) == [host(1)])
        #expect(try left == [host(3)])
    }

    @Test func `without a living node every part is left`() throws {
        let (shares, left) = PartShare.assign([try host(1)], live: [], isOnServer: false)
        #expect(try shares.isEmpty && left == [host(1)])
    }
}
