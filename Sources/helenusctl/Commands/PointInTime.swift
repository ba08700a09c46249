import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl pit status|enable|disable|logs|check|run`
struct PointInTime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pit", abstract: "Archives commit logs, and goes back to a moment.",
        subcommands: [
            Status.self, Enable.self, Disable.self, Logs.self, Check.self, Run.self,
        ])

    /// `helenusctl pit status`
    struct Status: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells whether commit logs are archived, and where to.")

        @OptionGroup var cluster: ClusterOptions

        private struct Answer: Decodable {
            var enabled: Bool
            var destinations: [String: Options]

            struct Options: Decodable {}
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["backups", "pit"])
            try cluster.service.tell(data, as: Answer.self) { answer in
                [answer.enabled ? "enabled" : "not enabled"] + answer.destinations.keys.sorted()
            }
            return .success
        }
    }

    /// `helenusctl pit enable --destination ID`
    struct Enable: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has the nodes archive commit logs: they are restarted, one after the other.")

        @Option(
            help: "A destination's id; may be given again. OPSC_ON_SERVER keeps them on the nodes.")
        var destination: [String]

        @Option(help: "The folder on the nodes where Cassandra puts them.")
        var backupDirectory: String?

        @Option(help: "Seconds from one node to the next.")
        var sleep: Int?

        @Flag(help: "Drains each node before it is restarted.")
        var drain = false

        @OptionGroup var transfer: TransferOptions
        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            var destinations: [String: TransferOptions.Body]
            var backupDirectory: String?
            var sleep: Int?
            var drainFirst: Bool

            enum CodingKeys: String, CodingKey {
                case destinations, sleep
                case backupDirectory = "backup_directory"
                case drainFirst = "drain_first"
            }
        }

        func perform() async throws -> CommandExit {
            let body = Body(
                destinations: transfer.body(for: destination), backupDirectory: backupDirectory,
                sleep: sleep, drainFirst: drain)
            let client = try await cluster.client()
            let request = try await client.call(
                "POST", ["backups", "pit"], body: body,
                as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }

    /// `helenusctl pit disable`
    struct Disable: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends the archiving: the nodes are restarted, one after the other.")

        @Option(help: "Seconds from one node to the next.")
        var sleep: Int?

        @Flag(help: "Drains each node before it is restarted.")
        var drain = false

        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            var sleep: Int?
            var drainFirst: Bool

            enum CodingKeys: String, CodingKey {
                case sleep
                case drainFirst = "drain_first"
            }
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let request = try await client.call(
                "DELETE", ["backups", "pit"],
                body: Body(sleep: sleep, drainFirst: drain), as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }

    /// `helenusctl pit logs`
    struct Logs: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells up to when each node's commit logs are safely away.")

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["backups", "pit", "logs"])
            try cluster.service.tell(data, as: [String: Double].self) { nodes in
                var table = TextTable("NODE", "SAFE UP TO")
                for (node, time) in nodes.sorted(by: { $0.key < $1.key }) {
                    table.add(node, "\(UTCTime(Int64(time)))")
                }
                return table.lines
            }
            return .success
        }
    }

    /// `helenusctl pit check MOMENT`
    struct Check: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells whether the cluster can go back to a moment, and with which backup.")

        @Argument(help: "The moment, in seconds of the epoch.")
        var moment: Int64

        @OptionGroup var options: MomentOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Answer: Decodable {
            var message: String
            var tag: String
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call(
                "POST", ["backups", "pit_check"],
                body: options.body(moment))
            try cluster.service.tell(data, as: Answer.self) { ["\($0.tag): \($0.message)"] }
            return .success
        }
    }

    /// `helenusctl pit run MOMENT`
    struct Run: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes the cluster back to a moment, and waits for the end.")

        @Argument(help: "The moment, in seconds of the epoch.")
        var moment: Int64

        @Option(help: "Seconds from one node's start to the next.")
        var restartPause: Int?

        @OptionGroup var options: MomentOptions
        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let request = try await client.call(
                "POST", ["backups", "pit", "run"],
                body: options.body(moment, restartPause: restartPause), as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }
}
