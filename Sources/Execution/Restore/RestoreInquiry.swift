import AgentProtocol
import BackupModel
import FoundationEssentials
import Postgres
import Statements

/// Asks the catalog and the agents what a restore needs to know, and has the plan made.
struct RestoreInquiry: Sendable {
    private let context: JobContext
    private let order: RestoreJob
    private let stagingID: String

    init(context: JobContext, order: RestoreJob, stagingID: String) {
        self.context = context
        self.order = order
        self.stagingID = stagingID
    }

    func plan() async throws -> RestorePlan {
        let planning = RestorePlanning(order: order, facts: try await facts())
        let outline = planning.outline().named(by: order, stagingID: stagingID)
        guard outline.refusals.isEmpty else { return outline }
        var found: [String: InspectRestore.Result] = [:]
        let nodes = outline.nodes
        var sources: [ClusterNode: [BackupSource]] = [:]
        for share in outline.shares {
            sources[share.node, default: []].append(
                try await context.source(order.destinationID, of: share.source))
        }
        let (tag, selection, rename) = (order.tag, order.selection, outline.rename)
        let (stagingID, comparing, asked) = (stagingID, nodes.first, sources)
        // The epoch is in the name: a new holder of the job looks anew.
        let answers = try await context.everywhere(nodes, stage: "inspect-\(context.job.epoch)") {
            InspectRestore(
                stagingID: stagingID, tag: tag, sources: asked[$0] ?? [], selection: selection,
                comparesSchema: $0 == comparing, rename: rename)
        }
        for (node, answer) in answers.results { found[node.address] = answer }
        guard answers.failures.isEmpty else {
            var plan = outline
            plan.refusals = answers.failures.map { "node \($0.0.address): \($0.1.message)" }
            return plan
        }
        return planning.plan(outline, found: found)
    }

    private func facts() async throws -> RestoreFacts {
        let roll = try await context.nodes()
        let (cluster, order) = (context.job.clusterID, order)
        return try await context.pool.transaction(permitting: .only(cluster)) { connection in
            RestoreFacts(
                isListed: try connection.run(
                    ExecutionStatement.copyIsListed, .text(cluster), .text(order.tag.text),
                    .text(order.destinationID)
                ).first?.flag(0) ?? false,
                parts: try connection.run(
                    ExecutionStatement.copyTables, .text(cluster), .text(order.tag.text),
                    .text(order.destinationID)
                ).map(Self.part),
                roll: roll,
                ring: try connection.run(ExecutionStatement.ring, .text(cluster)).map(Self.member),
                replication: Dictionary(
                    uniqueKeysWithValues: try connection.run(
                        ExecutionStatement.replication, .text(cluster)
                    ).map { (try $0.text(0), try Self.decoded($0.text(1))) }))
        }
    }

    private static func part(_ row: Row) throws -> RestorePart {
        RestorePart(
            host: try HostID(row.text(0)),
            table: TableName(keyspace: try row.text(2), table: try row.text(3)),
            files: Int(try row.number(4)), size: try row.number(5))
    }

    private static func member(_ row: Row) throws -> TokenRing.Member {
        TokenRing.Member(
            host: try HostID(row.text(0)), datacenter: try row.text(1), rack: try row.text(2),
            tokens: try decoded(row.text(3)))
    }

    private static func decoded<Value: Decodable>(_ json: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(json.utf8))
    }
}

extension JobContext {
    /// Where one host's set of files is read from.
    func source(_ destinationID: String, of host: HostID) async throws -> BackupSource {
        if destinationID == DestinationID.onServer { return .onServer }
        guard let destination = try await destination(destinationID) else {
            throw OperationFailure(
                code: .notFound, object: destinationID,
                message: "Destination \(destinationID) is gone.")
        }
        return .destination(destination, host: host)
    }
}
