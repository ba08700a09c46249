import AgentProtocol
import BackupModel
import Execution

/// Two nodes of one ring, a backup of two tables on each of them, and what agents would find.
struct RestoreFixture {
    let one: ClusterNode
    let two: ClusterNode
    let users = TableName(keyspace: "app", table: "users")
    let orders = TableName(keyspace: "app", table: "orders")
    let replication = ["app": ["class": "SimpleStrategy", "replication_factor": "1"]]

    init() throws {
        one = try Self.node(1)
        two = try Self.node(2)
    }

    static func node(_ number: Int) throws -> ClusterNode {
        ClusterNode(
            hostID: try HostID("00000000-0000-0000-0000-00000000000\(number)"),
            address: "10.0.0.\(number)", agentURL: "http://10.0.0.\(number):1")
    }

    /// One half of the ring for each node.
    var ring: [TokenRing.Member] {
        [(one, "-4611686018427387904"), (two, "4611686018427387904")].map { node, token in
            TokenRing.Member(host: node.hostID, datacenter: "dc1", rack: "r1", tokens: [token])
        }
    }

    func away(_ node: ClusterNode) -> HostOutcome {
        HostOutcome(
            hostID: node.hostID, address: node.address, outcome: .error, message: "is silent")
    }

    /// Each table of each node has 2 files of 50 bytes together.
    func planning(
        destination: String = "d", truncate: Bool = false, force: Bool = false,
        forceSchema: Bool = false, mode: LoadMode = .sstableloader, excluded: [String] = [],
        selection: TableSelection = .everything, live: [ClusterNode]? = nil,
        absent: [ClusterNode] = [], isListed: Bool = true, keyspace: String = "app"
    ) -> RestorePlanning {
        let parts = [one, two].flatMap { node in
            ["orders", "users"].map { table in
                RestorePart(
                    host: node.hostID, table: TableName(keyspace: keyspace, table: table),
                    files: 2, size: 50)
            }
        }
        return RestorePlanning(
            order: order(
                destination: destination, truncate: truncate, force: force,
                forceSchema: forceSchema, mode: mode, excluded: excluded, selection: selection),
            facts: RestoreFacts(
                isListed: isListed, parts: parts,
                roll: NodeRoll(live: live ?? [one, two], absent: absent.map(away)), ring: ring,
                replication: replication))
    }

    func order(
        destination: String = "d", truncate: Bool = false, force: Bool = false,
        forceSchema: Bool = false, mode: LoadMode = .sstableloader, excluded: [String] = [],
        selection: TableSelection = .everything
    ) -> RestoreJob {
        RestoreJob(
            tag: Self.tag, eventTime: 0, destinationID: destination, selection: selection,
            truncate: .init(standard: truncate), excludedNodes: excluded, force: force,
            forceSchema: forceSchema, throttle: nil, mode: mode, restartPause: 60)
    }

    private static var tag: BackupTag {
        do { return try BackupTag("t") } catch { fatalError("\(error)") }
    }

    /// What an agent finds; by default enough room, no differences, nothing done yet.
    func found(
        _ node: ClusterNode, sources: [ClusterNode]? = nil, differences: [SchemaDifference] = [],
        staging: Int64 = 1_000, data: Int64 = 1_000, isShared: Bool = false, staged: Int64 = 0,
        loaded: [LoadedPart] = [], hosts: [HostOutcome] = []
    ) -> InspectRestore.Result {
        InspectRestore.Result(
            origins: (sources ?? [node]).map { source in
                InspectRestore.Origin(
                    host: source.hostID,
                    tokens: ring.first { $0.host == source.hostID }?.tokens ?? [],
                    datacenter: "dc1", rack: "r1", hosts: hosts)
            },
            differences: differences, replication: [:],
            staging: FileSystemRoom(device: 1, freeBytes: staging),
            data: [FileSystemRoom(device: isShared ? 1 : 2, freeBytes: data)],
            stagedBytes: staged, loaded: loaded)
    }
}
