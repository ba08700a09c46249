import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup verify TAG --destination ID --mode full`
    struct Verify: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Proves that a backup is whole where it lies, and waits for the end.")

        @Argument(help: "The backup's tag.")
        var tag: String

        @Option(help: "The destination's id; the nodes' own snapshots without it.")
        var destination: String = "OPSC_ON_SERVER"

        @Option(
            help: """
                manifest: every object is there with its size. full: every byte is read. sample: the \
                bytes of one part of the objects are read, another at every verification.
                """)
        var mode: String = "full"

        @Option(help: "Of how many parts a sample reads one.")
        var parts: Int?

        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            var tag: String
            var destination: String
            var mode: String
            var parts: Int?
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let request = try await client.call(
                "POST", ["backups", "verify"],
                body: Body(tag: tag, destination: destination, mode: mode, parts: parts),
                as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }
}
