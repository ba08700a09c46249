import BackupModel
import Execution
import Testing

/// Where Cassandra's replication strategies put the replicas.
@Suite struct TokenRingTests {
    private let hosts: [HostID]

    init() throws {
        hosts = try (0..<4).map { try HostID("00000000-0000-0000-0000-00000000000\($0)") }
    }

    private func ring(_ places: [(token: String, datacenter: String, rack: String)]) -> TokenRing {
        TokenRing(
            places.enumerated().map { index, place in
                TokenRing.Member(
                    host: hosts[index], datacenter: place.datacenter, rack: place.rack,
                    tokens: [place.token])
            })
    }

    @Test func `tokens are compared as the numbers that they are, of any size`() {
        let tokens = ["-20", "-3", "0", "7", "12", "170141183460469231731687303715884105728"]
        #expect(tokens.shuffled().map { Token($0) }.sorted().map(\.text) == tokens)
        #expect(Token("aa") < Token("b"))
    }

    @Test func `a simple strategy goes on around the ring`() {
        let ring = ring([("0", "", ""), ("10", "", ""), ("20", "", "")])
        let replicas = ring.replicas(["class": "SimpleStrategy", "replication_factor": "2"])
        #expect(
            replicas.map { $0.hosts }
                == [[hosts[0], hosts[1]], [hosts[1], hosts[2]], [hosts[2], hosts[0]]])
        #expect(replicas[0].range == TokenRange(start: Token("20"), end: Token("0")))
    }

    @Test func `a network topology takes each rack before it takes one twice`() {
        let ring = ring([("0", "a", "r1"), ("10", "a", "r1"), ("20", "a", "r2"), ("30", "b", "r1")])
        let options = [
            "class": "org.apache.cassandra.locator.NetworkTopologyStrategy", "a": "2", "b": "1",
        ]
        #expect(ring.replicas(options)[0].hosts == [hosts[0], hosts[2], hosts[3]])
        let three = ring.replicas(["class": "NetworkTopologyStrategy", "a": "3"])
        #expect(three.allSatisfy { $0.hosts == Set(hosts.prefix(3)) })
    }

    @Test func `ranges that nobody holds are joined, over the end of the ring too`() {
        let ring = ring([("0", "", ""), ("10", "", ""), ("20", "", ""), ("30", "", "")])
        let options = ["class": "SimpleStrategy", "replication_factor": "1"]
        #expect(
            ring.ranges(options, heldByNoneOf: [hosts[2]])
                == [TokenRange(start: Token("20"), end: Token("10"))])
        #expect(ring.ranges(options, heldByNoneOf: Set(hosts)).isEmpty)
    }

    @Test func `ownership adds up to the number of replicas`() {
        let ring = ring([
            ("-9000000000000000000", "", ""), ("0", "", ""), ("4611686018427387904", "", ""),
        ])
        let parts = ring.ownership(["class": "SimpleStrategy", "replication_factor": "2"])
        #expect(abs(parts.values.reduce(0, +) - 2) < 1e-9)
        #expect(abs((parts[hosts[2]] ?? 0) - (0.25 + 0.4878909776)) < 1e-6)
        let everywhere = ring.ownership(["class": "EverywhereStrategy"])
        #expect(everywhere.values.allSatisfy { $0 > 0.999 })
    }
}
