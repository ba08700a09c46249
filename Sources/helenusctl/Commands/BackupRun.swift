import ArgumentParser
import OperatorClient

extension Backup {
    /// `helenusctl backup run [KEYSPACE[.TABLE]…] --destination ID`
    struct Run: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Backs up now, on the nodes and to destinations, and waits for the end.")

        @Argument(help: "KEYSPACE or KEYSPACE.TABLE; all but Cassandra's own without any.")
        var chosen: [String] = []

        @Option(help: "A destination's id; may be given again. The nodes keep a snapshot anyhow.")
        var destination: [String] = []

        @OptionGroup var transfer: TransferOptions
        @OptionGroup var watch: WatchOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Body: Encodable {
            /// Those of which only these tables are wanted; none named stands for all.
            var tables: [String: [String]]
            var destinations: [String: TransferOptions.Body]
        }

        func perform() async throws -> CommandExit {
            let body = Body(
                tables: ChosenTables(chosen).byKeyspace,
                destinations: transfer.body(for: destination))
            let client = try await cluster.client()
            let request = try await client.call(
                "POST", ["backups", "run"], body: body,
                as: String.self)
            return try await watch.follow(request, client, cluster.service)
        }
    }
}
