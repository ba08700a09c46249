import ArgumentParser
import FoundationEssentials
import OperatorClient

/// Which cluster a command is about.
struct ClusterOptions: ParsableArguments {
    @Option(help: "The cluster's id or name; the environment's HELENUS_CLUSTER, or the only one.")
    var cluster: String?

    /// - Throws: where none is named and there is not exactly one.
    func name(_ client: ServiceClient) async throws -> String {
        if let cluster = cluster ?? ProcessInfo.processInfo.environment["HELENUS_CLUSTER"] {
            return cluster
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
