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

    @Option(help: "KEYSPACE or KEYSPACE.TABLE; may be given again. All without any.")
    var only: [String] = []

    @Option(help: "KEYSPACE=NEW: restores it under another name; may be given again.")
    var rename: [String] = []

    @Flag(help: "Empties the tables first.")
    var truncate = false

    @Flag(
        help:
            "Puts the files in place instead of sending them with sstableloader; takes --truncate.")
    var inPlace = false

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

    struct Body: Encodable, Hashable {
        var destination: String?
        var keyspaces: [String: Keyspace]?
        var rename: [String: String]?
        var truncate: Bool
        var usesLoader: Bool
        var force: Bool
        var forceSchema: Bool
        var throttle: Double?
        var isPlan: Bool

        struct Keyspace: Encodable, Hashable {
            var tables: [String]?

            enum CodingKeys: String, CodingKey { case tables = "column-families" }
        }

        enum CodingKeys: String, CodingKey {
            case destination, keyspaces, rename, truncate, force, throttle
            case usesLoader = "use_sstableloader"
            case forceSchema = "force_schema"
            case isPlan = "dry_run"
        }
    }

    func perform() async throws -> CommandExit {
        let client = try await cluster.client()
        let path = ["backups", "restore", tag]
        let query = [("drill", drill ? "1" : nil)]
        if plan {
            let data = try await client.call("POST", path, query: query, body: try body())
            cluster.service.show(data)
            return .success
        }
        let request = try await client.call(
            "POST", path, query: query, body: try body(), as: String.self)
        return try await watch.follow(request, client, cluster.service)
    }

    private func body() throws -> Body {
        Body(
            destination: destination, keyspaces: selection,
            rename: rename.isEmpty ? nil : try renamed(), truncate: truncate,
            usesLoader: !inPlace, force: force, forceSchema: forceSchema, throttle: throttle,
            isPlan: plan)
    }

    /// A keyspace that is named whole is whole, whatever tables of it are named too.
    private var selection: [String: Body.Keyspace]? {
        guard !only.isEmpty else { return nil }
        var chosen: [String: Body.Keyspace] = [:]
        for name in only {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            if parts.count == 1 || chosen[parts[0]].map({ $0.tables == nil }) == true {
                chosen[parts[0]] = Body.Keyspace(tables: nil)
            } else {
                chosen[parts[0], default: Body.Keyspace(tables: [])].tables?.append(parts[1])
            }
        }
        return chosen
    }

    private func renamed() throws -> [String: String] {
        var names: [String: String] = [:]
        for pair in rename {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw ValidationError("--rename \(pair): accepted is KEYSPACE=NEW")
            }
            names[parts[0]] = parts[1]
        }
        return names
    }
}
