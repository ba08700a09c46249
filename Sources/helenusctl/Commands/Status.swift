import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl status`
struct Status: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells how every cluster stands: its nodes, what runs, its last backup.",
        discussion: """
            Says before that how soon executors take a job. Ends with status 69 where none does.
            """)

    @OptionGroup var service: ServiceOptions

    private struct Config: Decodable {}
    private struct Node: Decodable { var state: String }
    private struct Backup: Decodable { var time: Int64 }
    private struct Probe: Decodable { var milliseconds: Double }

    /// What `--json` prints of a cluster.
    private struct Summary: Encodable {
        var nodes: Int
        var nodesUp: Int
        var running: Int
        var lastBackup: Int64?
        /// Of any cluster's jobs; `nil` where no executor takes them.
        var jobMilliseconds: Double?

        enum CodingKeys: String, CodingKey {
            case nodes, running
            case jobMilliseconds = "job_milliseconds"
            case nodesUp = "nodes_up"
            case lastBackup = "last_backup"
        }
    }

    func perform() async throws -> CommandExit {
        let client = try service.client()
        let clusters = try await client.call(
            "GET", ["cluster-configs"], as: [String: Config].self
        ).keys.sorted()
        guard let first = clusters.first else {
            print(service.json ? "{}" : "There is no cluster.")
            return .success
        }
        let milliseconds = try await probe(first, client)
        var summaries: [String: Summary] = [:]
        for cluster in clusters {
            summaries[cluster] = try await summary(of: cluster, client)
            summaries[cluster]?.jobMilliseconds = milliseconds
        }
        if service.json {
            print(String(decoding: try JSONEncoder().encode(summaries), as: UTF8.self))
        } else {
            print(
                milliseconds.map { "Executors take jobs: one was done in \($0) ms." }
                    ?? "No executor takes jobs: none runs, or all are busy.")
            var table = TextTable("CLUSTER", "NODES UP", "RUNNING", "LAST BACKUP")
            for cluster in clusters {
                guard let one = summaries[cluster] else { continue }
                table.add(
                    cluster, "\(one.nodesUp)/\(one.nodes)", "\(one.running)",
                    "\(UTCTime(one.lastBackup))")
            }
            for line in table.lines { print(line) }
        }
        return milliseconds == nil ? .unavailable : .success
    }

    /// How soon an executor has done a job, which is the same for all clusters; `nil` where none has in
    /// time.
    private func probe(_ cluster: String, _ client: ServiceClient) async throws -> Double? {
        do {
            return try await client.call("GET", [cluster, "probe"], as: Probe.self).milliseconds
        } catch let failure as ServiceFailure where failure.type == "ExecutorTimeout" {
            return nil
        }
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
