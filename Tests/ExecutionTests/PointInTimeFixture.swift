import AgentProtocol
import BackupModel
import Catalog
import Execution

/// Two nodes, a snapshot of two tables that began at 1000, and commitlogs from 900 to 2000.
struct PointInTimeFixture {
    let one: PointInTimeNode
    let two: PointInTimeNode
    let users = TableName(keyspace: "app", table: "users")
    let orders = TableName(keyspace: "app", table: "orders")
    var schema: PointInTimeSchema
    var facts: SnapshotFacts
    var archives: [NodeArchive]
    let tag: BackupTag

    init(version: String = "1.2.0") throws {
        one = try Self.node(1, version)
        two = try Self.node(2, version)
        tag = try BackupTag("t")
        schema = PointInTimeSchema(
            tables: [
                users, orders, TableName(keyspace: "system", table: "hints"),
                TableName(keyspace: "system_auth", table: "users"),
            ],
            identities: [users: TableIdentity(made: 1), orders: TableIdentity(made: 2)])
        facts = SnapshotFacts(
            hosts: [one, two].map {
                SnapshotFacts.Host(hostID: $0.hostID, address: $0.address, tokens: $0.tokens)
            },
            identities: [users: [TableIdentity(made: 1)], orders: [TableIdentity(made: 2)]])
        archives = [one, two].map {
            NodeArchive(
                hostID: $0.hostID, first: 3, last: 9, newest: 2000, reached: 2000, following: nil)
        }
    }

    private static func node(_ number: Int, _ version: String) throws -> PointInTimeNode {
        PointInTimeNode(
            hostID: try HostID("00000000-0000-0000-0000-00000000000\(number)"),
            address: "10.0.0.\(number)", agentURL: "http://10.0.0.\(number):1",
            tokens: ["\(number)", "-\(number)"], version: version)
    }

    func check(
        _ selection: TableSelection = .everything, pit: Int64 = 1500
    ) -> PointInTimeCheck {
        PointInTimeCheck(
            question: PointInTimeQuestion(
                pit: pit, destinationID: "d", segmentsID: "d", selection: selection),
            nodes: [one, two], schema: schema)
    }

    func snapshot(_ tables: Set<TableName>? = nil, began: Double = 1000) -> PointInTimeSnapshot {
        PointInTimeSnapshot(tag: tag, began: began, tables: tables ?? [users, orders])
    }

    /// Why it is refused; `nil` where it is not.
    func refusal(pit: Int64 = 1500, isEnabled: Bool = true) -> PointInTimeRefusal? {
        do {
            try check(pit: pit).judge(
                snapshot(), isEnabled: isEnabled, archives: archives, facts: facts)
            return nil
        } catch {
            return error
        }
    }

    func member(_ node: PointInTimeNode, stage: ReplayStage = .untouched) -> PointInTimeMember {
        PointInTimeMember(
            node: ClusterNode(
                hostID: node.hostID, address: node.address, agentURL: node.agentURL),
            version: node.version, segments: 3...9, stage: stage)
    }

    func plan(_ stages: [ReplayStage] = [.untouched, .untouched]) -> PointInTimePlan {
        PointInTimePlan(
            stagingID: "s",
            members: zip([one, two], stages).map { member($0.0, stage: $0.1) },
            tables: [orders, users].map { PlaceForReplay.Table(name: $0, id: nil) },
            held: [orders, users], restartPause: 7)
    }
}
