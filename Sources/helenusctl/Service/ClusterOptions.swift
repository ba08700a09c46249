import ArgumentParser
import FoundationEssentials
import OperatorClient

/// Which cluster a command is about, and how it reaches the service.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The cluster's id or name; the environment's HELENUS_CLUSTER, or the only one.")
    var cluster: String?

    @OptionGroup var service: ServiceOptions

    /// Calls of the cluster.
    ///
    /// - Throws: as `name(asking:)` does.
    func client() async throws -> ServiceClient {
        let client = try service.client()
        return client.within(try await name(asking: client))
    }

    /// The cluster's id or name.
    ///
    /// - Parameter client: is asked where none is named.
    /// - Throws: `ValidationError` where none is named and there is not exactly one.
    func name(asking client: ServiceClient) async throws -> String {
        if let named = cluster ?? ProcessInfo.processInfo.environment["HELENUS_CLUSTER"] {
            return named
        }
        struct Config: Decodable {}
        let all = try await client.call("GET", ["cluster-configs"], as: [String: Config].self)
        guard let only = all.keys.first, all.count == 1 else {
            throw ValidationError(
                "--cluster: name one of \(all.keys.sorted().joined(separator: ", "))")
        }
        return only
    }
}
