import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup delete TAG --destination ID`
    struct Delete: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes one copy of a backup, and waits for the end.")

        @Argument(help: "The backup's tag.")
        var tag: String

        @Option(help: "The destination's id; the nodes' own snapshots without it.")
        var destination: String = "OPSC_ON_SERVER"

        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let request = try await client.call(
                "DELETE", ["backups"],
                query: [("tag", tag), ("destination", destination)], as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }
}
