import ArgumentParser
import OperatorClient

/// `helenusctl call GET {cluster}/keyspaces`
struct Call: ServiceCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes any call of the API, and prints what it answers.",
        discussion: """
            GET /openapi.json describes all of them. {cluster} in a path stands for the cluster of \
            --cluster. The exit status tells what came of it, as with every other command.
            """)

    @Argument(help: "GET, POST, PUT or DELETE.")
    var method: String

    @Argument(help: "The path, from the service's base URL on.")
    var path: String

    @Argument(help: "A file with the body, JSON; - for standard input. None without it.")
    var file: String?

    @Option(help: "KEY=VALUE of the query; may be given again.")
    var query: [KeyValue] = []

    @OptionGroup var cluster: ClusterOptions

    private static let placeholder = "{cluster}"

    func validate() throws {
        guard ["GET", "POST", "PUT", "DELETE"].contains(method) else {
            throw ValidationError("\(method): accepted are GET, POST, PUT and DELETE")
        }
    }

    func perform() async throws -> CommandExit {
        let client = try cluster.service.client()
        var parts = path.split(separator: "/").map(String.init)
        if parts.contains(Self.placeholder) {
            let name = try await cluster.name(asking: client)
            parts = parts.map { $0 == Self.placeholder ? name : $0 }
        }
        let data = try await client.call(
            method, parts, query: query.map { ($0.key, $0.value) },
            document: try file.map { try DocumentFile($0).read() })
        cluster.service.show(data)
        return .success
    }
}
