import AgentProtocol

/// The node's sstableloader.
package struct SSTableLoader: Sendable {
    private let command: [String]
    private let runner: ToolRunner

    package init(command: [String], runner: ToolRunner) {
        self.command = command
        self.runner = runner
    }

    /// Loads a folder `…/<keyspace>/<table>` into the cluster.
    ///
    /// - Parameters:
    ///   - dataFiles: how many SSTables are in it.
    ///   - throttle: megabytes (10^6) per second; the tool itself takes megabits.
    package func load(
        folder: String, dataFiles: Int, hosts: [String], deadHosts: [String], throttle: Double?,
        object: String
    ) async throws {
        var arguments = ["-d", hosts.joined(separator: ",")]
        if !deadHosts.isEmpty { arguments += ["-i", deadHosts.joined(separator: ",")] }
        if let throttle {
            arguments += ["--throttle", String(max(1, Int((throttle * 8).rounded())))]
        }
        let output = try await runner.run(command, arguments + [folder], seconds: 86_400)
        try LoaderVerdict.check(output, dataFiles: dataFiles, object: object)
    }
}
