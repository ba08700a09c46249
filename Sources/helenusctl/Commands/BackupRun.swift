import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup run --destination ID`
    struct Run: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Backs up now, on the nodes and to destinations, and waits for the end.")

        @Argument(help: "Keyspaces; all but Cassandra's own without any.")
        var keyspaces: [String] = []

        @Option(help: "A destination's id; may be given again. The nodes keep a snapshot anyhow.")
        var destination: [String] = []

        @Flag(help: "Stores files that gain from it in zstd.")
        var compressed = false

        @Option(help: "Megabytes per second, of each node and destination.")
        var throttle: Double?

        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            var keyspaces: [String]
            var destinations: [String: Options]

            struct Options: Encodable {
                var compressed: Bool
                var throttle: Double?
            }
        }

        func perform() async throws -> CommandExit {
            let options = Body.Options(compressed: compressed, throttle: throttle)
            let body = Body(
                keyspaces: keyspaces,
                destinations: Dictionary(
                    destination.map { ($0, options) }, uniquingKeysWith: { first, _ in first }))
            let client = try await cluster.client()
            let request = try await client.call(
                "POST", ["backups", "run"], body: body,
                as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }
}
