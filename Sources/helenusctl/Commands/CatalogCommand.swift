import ArgumentParser
import OperatorClient

/// `helenusctl catalog rebuild`
struct CatalogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Makes the catalog anew from what lies on destinations.",
        subcommands: [Rebuild.self])

    /// `helenusctl catalog rebuild destinations.json`
    struct Rebuild: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads destinations to their end, and lists the backups found there.",
            discussion: """
                For a database that was lost, after migrate up, cluster add and an agent that has \
                joined. It can be run again at any time: what is known already stays as it is.
                """)

        @Argument(
            help: """
                A JSON file of destinations, as POST backups/destinations takes them; - reads it from \
                standard input. None: the destinations that the service knows.
                """)
        var file: String?

        @Option(help: "For so long a destination may be read before this gives up.")
        var minutes = 60

        @OptionGroup var cluster: ClusterOptions

        private struct Added: Decodable {
            var destination: [[String: Entry]]
        }

        private struct Entry: Decodable {
            var provider: String
        }

        private struct Backup: Decodable {
            var time: Int64
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            var table = TextTable("DESTINATION", "BACKUPS", "OLDEST", "NEWEST")
            for id in try await destinations(client) {
                let times = try await backups(on: id, client).values.map(\.time)
                table.add(
                    id, "\(times.count)", times.min().map { "\(UTCTime($0))" } ?? "",
                    times.max().map { "\(UTCTime($0))" } ?? "")
            }
            for line in table.lines { print(line) }
            return .success
        }

        /// Ids of those that were given, or of all that hold backups of more than one node.
        private func destinations(_ client: ServiceClient) async throws -> [String] {
            let path = ["backups", "destinations"]
            guard let file else {
                return try await client.call("GET", path, as: [String: Entry].self)
                    .filter { $0.value.provider != "server" }.keys.sorted()
            }
            let document = try DocumentFile(file).read()
            let answer = try await client.call("POST", path, document: document)
            return try client.decode(answer, as: Added.self).destination.flatMap(\.keys)
        }

        /// A long reading goes on in an agent after the service has ceased to wait for it.
        private func backups(
            on destination: String, _ client: ServiceClient
        ) async throws -> [String: Backup] {
            let end = ContinuousClock.now + .seconds(60 * minutes)
            while true {
                do {
                    return try await client.call(
                        "GET", ["backups"],
                        query: [("destination", destination), ("list_all", "1")],
                        as: [String: Backup].self)
                } catch let failure as ServiceFailure
                    where failure.status == 504 && ContinuousClock.now < end
                {
                    tellError("\(destination): \(failure.message)\n")
                    try await Task.sleep(for: .seconds(5))
                }
            }
        }
    }
}
