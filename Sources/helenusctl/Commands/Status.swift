import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl status`
struct Status: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells how every cluster stands: its nodes, what runs, its last backup.")

    @OptionGroup var service: ServiceOptions

    private struct Config: Decodable {}
    private struct Node: Decodable { var state: String }
    private struct Backup: Decodable { var time: Int64 }

    /// What `--json` prints of a cluster.
    private struct Summary: Encodable {
        var nodes: Int
        var nodesUp: Int
        var running: Int
        var lastBackup: Int64?

        enum CodingKeys: String, CodingKey {
            case nodes, running
            case nodesUp = "nodes_up"
            case lastBackup = "last_backup"
        }
    }

    func perform() async throws -> CommandExit {
        let client = try service.client()
        let clusters = try await client.call(
            "GET", ["cluster-configs"], as: [String: Config].self
        ).keys.sorted()
        var summaries: [String: Summary] = [:]
        for cluster in clusters { summaries[cluster] = try await summary(of: cluster, client) }
        if service.json {
            print(String(decoding: try JSONEncoder().encode(summaries), as: UTF8.self))
        } else {
            var table = TextTable("CLUSTER", "NODES UP", "RUNNING", "LAST BACKUP")
            for cluster in clusters {
                guard let one = summaries[cluster] else { continue }
                table.add(
                    cluster, "\(one.nodesUp)/\(one.nodes)", "\(one.running)",
                    "\(UTCTime(one.lastBackup))")
            }
            for line in table.lines { print(line) }
        }
        return .success
    }

    private func summary(of cluster: String, _ client: ServiceClient) async throws -> Summary {
        let nodes = try await client.call("GET", [cluster, "nodes"], as: [Node].self)
        let running = try await client.call(
            "GET", [cluster, "requests"], query: [("state", "running"), ("count", "1000")],
            as: [RequestStatus].self)
        let newest = try await client.call(
            "GET", [cluster, "backups"], query: [("amount", "1")], as: [String: Backup].self)
        return Summary(
            nodes: nodes.count, nodesUp: nodes.count { $0.state == "up" }, running: running.count,
            lastBackup: newest.values.map(\.time).max())
    }
}
