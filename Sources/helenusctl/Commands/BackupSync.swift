import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup sync TAG --destination ID`
    struct Sync: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends a backup that the nodes hold to destinations, and waits for the end.")

        @Argument(help: "The backup's tag.")
        var tag: String

        @Option(help: "A destination's id; may be given again.")
        var destination: [String]

        @OptionGroup var transfer: TransferOptions
        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            var tag: String
            var destinations: [String: TransferOptions.Body]
        }

        func perform() async throws -> CommandExit {
            let body = Body(tag: tag, destinations: transfer.body(for: destination))
            let client = try await cluster.client()
            let request = try await client.call(
                "POST", ["backups", "sync"], body: body,
                as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }
}
