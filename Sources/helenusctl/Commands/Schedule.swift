import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl schedule list|show|add|update|remove|retention`
struct Schedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says when backups are made, and how long they are kept.",
        subcommands: [
            List.self, Show.self, Add.self, Update.self, Remove.self, Retention.self,
        ])

    /// `helenusctl schedule list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Lists a cluster's schedules.")

        @OptionGroup var cluster: ClusterOptions

        private struct Entry: Decodable {
            var id: String
            var time: String
            var zone: String
            var interval: Int
            var unit: String?
            var nextRun: Int64?
            var lastRun: Int64?

            enum CodingKeys: String, CodingKey {
                case id, interval
                case time = "first_run_time"
                case zone = "timezone"
                case unit = "interval_unit"
                case nextRun = "next_run"
                case lastRun = "last_run"
            }
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["job-schedules"])
            try cluster.service.tell(data, as: [Entry].self) { entries in
                var table = TextTable("ID", "EVERY", "AT", "NEXT RUN", "LAST RUN")
                for one in entries {
                    table.add(
                        one.id, one.unit.map { "\(one.interval) \($0)" } ?? "once",
                        "\(one.time) \(one.zone)", "\(UTCTime(one.nextRun))",
                        "\(UTCTime(one.lastRun))")
                }
                return table.lines
            }
            return .success
        }
    }

    /// `helenusctl schedule show ID`
    struct Show: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Prints a schedule, as JSON.")

        @Argument(help: "The schedule's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["job-schedules", id])
            cluster.service.show(data)
            return .success
        }
    }

    /// `helenusctl schedule add FILE`
    struct Add: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a schedule and prints its id.")

        @Argument(help: "A file with the schedule as the API takes it, JSON; - for standard input.")
        var file: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call(
                "POST", ["job-schedules"],
                document: try DocumentFile(file).read())
            try cluster.service.tell(data, as: String.self) { [$0] }
            return .success
        }
    }

    /// `helenusctl schedule update ID FILE`
    struct Update: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Changes a schedule.")

        @Argument(help: "The schedule's id.")
        var id: String

        @Argument(help: "A file with what is to change, JSON; - for standard input.")
        var file: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            _ = try await client.call(
                "PUT", ["job-schedules", id],
                document: try DocumentFile(file).read())
            return .success
        }
    }

    /// `helenusctl schedule remove ID`
    struct Remove: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes a schedule. Its backups stay.")

        @Argument(help: "The schedule's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            _ = try await client.call("DELETE", ["job-schedules", id])
            return .success
        }
    }

    /// `helenusctl schedule retention ID`
    struct Retention: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints which of its backups would go now, and why each other stays, as JSON."
        )

        @Argument(help: "The schedule's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["job-schedules", id, "retention"])
            cluster.service.show(data)
            return .success
        }
    }
}
