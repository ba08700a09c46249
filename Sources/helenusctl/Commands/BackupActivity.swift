import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup activity`
    struct Activity: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what was done, the newest first.")

        @Option(help: "So many events.")
        var count: Int = 20

        @Option(help: "Only events of this type, such as backup, restore, sync or delete.")
        var type: String?

        @OptionGroup var cluster: ClusterOptions

        private struct Event: Decodable {
            var time: Int64
            var type: String
            var backup: String
            var status: String
            var destination: Place
            var message: String?

            struct Place: Decodable { var id: String }

            enum CodingKeys: String, CodingKey {
                case type, status, destination, message
                case time = "event_time"
                case backup = "backup_id"
            }
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call(
                "GET", ["backup-activity"],
                query: [("count", "\(count)"), ("filter_type", type)])
            try cluster.service.tell(data, as: [Event].self) { events in
                var table = TextTable("TIME", "TYPE", "STATUS", "DESTINATION", "BACKUP", "MESSAGE")
                for event in events {
                    table.add(
                        "\(UTCTime(event.time))", event.type, event.status, event.destination.id,
                        event.backup, event.message ?? "")
                }
                return table.lines
            }
            return .success
        }
    }
}
