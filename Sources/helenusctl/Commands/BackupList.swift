import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the backups that can be restored.")

        @Option(help: "Only those that hold this keyspace.")
        var keyspace: String?

        @Option(help: "Only those on this destination.")
        var destination: String?

        @Option(help: "So many, the newest.")
        var amount: Int?

        @Flag(
            help: "Has an agent read the destinations first: what others wrote there is found too.")
        var read = false

        @OptionGroup var cluster: ClusterOptions

        private struct Entry: Decodable {
            var id: String
            var time: Int64
            var keyspaces: [String: Keyspace]
            var destinations: [String]?

            struct Keyspace: Decodable { var size: Int64 }
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call(
                "GET", ["backups"],
                query: [
                    ("keyspace", keyspace), ("destination", destination),
                    ("amount", amount.map(String.init)), ("list_all", read ? "1" : nil),
                ])
            try cluster.service.tell(data, as: [String: Entry].self) { backups in
                var table = TextTable(
                    "TAG", "TIME", "SCHEDULE", "SIZE", "KEYSPACES", "DESTINATIONS")
                for (tag, one) in backups.sorted(by: {
                    ($1.value.time, $1.key) < ($0.value.time, $0.key)
                }) {
                    let size = one.keyspaces.values.reduce(0) { $0 + $1.size }
                    table.add(
                        tag, "\(UTCTime(one.time))", one.id == "adhoc" ? "" : one.id,
                        "\(ByteCount(size))", one.keyspaces.keys.sorted().joined(separator: ","),
                        (one.destinations ?? []).joined(separator: ","))
                }
                return table.lines
            }
            return .success
        }
    }
}
