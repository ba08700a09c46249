import AgentProtocol
package import BackupModel

/// A plan as `dry_run: true` answers it; the page `Restore` of the documentation tells its members.
package struct RestorePlanDocument: Encodable, Sendable {
    private var tag: BackupTag
    private var destination: String
    private var mode: LoadMode
    private var possible: Bool
    private var refusals: [String]
    private var nodes: [Node]
    private var absent: [Absence]
    private var left_out: [Absence]
    private var truncate: [String]
    private var done: [String]
    private var schema: [SchemaDifference]
    private var topology: [Topology]
    private var unrestored_ranges: [String: [[String]]]

    private struct Node: Encodable {
        var node: String
        var host_id: HostID
        var files: Int
        var bytes: Int64
        var sources: [Source]
        var staging_needed_bytes: Int64?
        var staging_free_bytes: Int64?
        var data_needed_bytes: Int64?
        var data_free_bytes: Int64?
    }

    private struct Source: Encodable {
        var host_id: HostID
        /// Keyspace → table → sums.
        var tables: [String: [String: Sums]]
    }

    private struct Sums: Encodable {
        var files: Int
        var bytes: Int64
    }

    private struct Absence: Encodable {
        var node: String
        var host_id: HostID
        var message: String

        init(_ outcome: HostOutcome) {
            node = outcome.address
            host_id = outcome.hostID
            message = outcome.message ?? ""
        }
    }

    private struct Topology: Encodable {
        var host_id: HostID
        var change: TopologyDifference.Change
    }

    package init(_ plan: RestorePlan, of order: RestoreJob) {
        tag = order.tag
        destination = order.destinationID
        mode = plan.mode
        possible = plan.refusals.isEmpty
        refusals = plan.refusals
        absent = plan.absent.map(Absence.init)
        left_out = plan.leftOut.map(Absence.init)
        truncate = plan.truncate.map(\.description)
        done = plan.done.map(\.description)
        schema = plan.differences
        topology = plan.topology.map { Topology(host_id: $0.host, change: $0.change) }
        unrestored_ranges = plan.unrestored.mapValues { ranges in
            ranges.map { [$0.start.text, $0.end.text] }
        }
        nodes = plan.nodes.map { node in Self.node(node, in: plan) }
    }

    private static func node(_ node: ClusterNode, in plan: RestorePlan) -> Node {
        let shares = plan.shares.filter { $0.node == node }
        let room = plan.rooms.first { $0.node == node.address }
        return Node(
            node: node.address, host_id: node.hostID,
            files: shares.reduce(0) { $0 + $1.files }, bytes: shares.reduce(0) { $0 + $1.size },
            sources: shares.map { share in
                Source(
                    host_id: share.source,
                    tables: Dictionary(grouping: share.parts, by: \.table.keyspace).mapValues {
                        parts in
                        Dictionary(
                            uniqueKeysWithValues: parts.map {
                                ($0.table.table, Sums(files: $0.files, bytes: $0.size))
                            })
                    })
            },
            staging_needed_bytes: room?.stagingNeeded, staging_free_bytes: room?.stagingFree,
            data_needed_bytes: room?.dataNeeded, data_free_bytes: room?.dataFree)
    }
}
