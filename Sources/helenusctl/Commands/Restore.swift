import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl restore TAG`
struct Restore: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings a backup back, and waits for the end.",
        discussion: "With --plan it tells what it would do and changes nothing.")

    @Argument(help: "The backup's tag.")
    var tag: String

    @Option(help: "The destination's id; the nodes' own snapshots without it.")
    var destination: String?

    @OptionGroup var tables: TableOptions

    @Option(help: "KEYSPACE=NEW: restores it under another name; may be given again.")
    var rename: [KeyValue] = []

    @Flag(help: "Empties the tables first.")
    var truncate = false

    @Flag(
        help:
            "Puts the files in place instead of sending them with sstableloader; takes --truncate.")
    var inPlace = false

    @Option(help: "Seconds from one node's start to the next, where nodes are restarted.")
    var restartPause: Int?

    @Option(help: "A node's address that is left out; may be given again.")
    var without: [String] = []

    @Flag(help: "Goes on without nodes that are down; the end is partial.")
    var force = false

    @Flag(help: "Goes on across differences of the schema.")
    var forceSchema = false

    @Option(help: "Megabytes per second, of each node.")
    var throttle: Double?

    @Flag(help: "Prints the plan, as JSON, and changes nothing.")
    var plan = false

    @Flag(help: "Restores beside what is there, counts, drops it again and keeps the proof.")
    var drill = false

    @OptionGroup var watch: WatchOptions
    @OptionGroup var cluster: ClusterOptions

    private struct Body: Encodable {
        var destination: String?
        var keyspaces: [String: TableOptions.Keyspace]?
        var rename: [String: String]?
        var truncate: Bool
        var usesLoader: Bool
        var restartPause: Int?
        var excludedNodes: [String]
        var force: Bool
        var forceSchema: Bool
        var throttle: Double?
        var isPlan: Bool

        enum CodingKeys: String, CodingKey {
            case destination, keyspaces, rename, truncate, force, throttle
            case usesLoader = "use_sstableloader"
            case restartPause = "restart_pause"
            case excludedNodes = "excluded-nodes"
            case forceSchema = "force_schema"
            case isPlan = "dry_run"
        }
    }

    func perform() async throws -> CommandExit {
        let client = try await cluster.client()
        let path = ["backups", "restore", tag]
        let query = [("drill", drill ? "1" : nil)]
        if plan {
            let data = try await client.call("POST", path, query: query, body: body)
            cluster.service.show(data)
            return .success
        }
        let request = try await client.call(
            "POST", path, query: query, body: body, as: String.self)
        return try await watch.follow(request, client, cluster.service)
    }

    private var body: Body {
        Body(
            destination: destination, keyspaces: tables.keyspaces,
            rename: rename.isEmpty ? nil : renamed, truncate: truncate,
            usesLoader: !inPlace, restartPause: restartPause, excludedNodes: without, force: force,
            forceSchema: forceSchema, throttle: throttle, isPlan: plan)
    }

    private var renamed: [String: String] {
        Dictionary(rename.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
}
