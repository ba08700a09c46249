import AgentProtocol
package import BackupModel

/// The node's nodetool.
package struct Nodetool: Sendable {
    private let command: [String]
    private let runner: ToolRunner

    /// - Parameter command: the program and its connection arguments, from the configuration.
    package init(command: [String], runner: ToolRunner) {
        self.command = command
        self.runner = runner
    }

    /// Flushes and takes a snapshot of whole keyspaces.
    package func takeSnapshot(_ tag: BackupTag, keyspaces: [String]) async throws {
        let output = try await runner.run(
            command, ["snapshot", "-t", tag.text] + keyspaces, seconds: 900)
        try NodetoolVerdict.snapshot(output, tag: tag.text)
    }

    /// Removes a snapshot; one that is not there is removed already.
    package func clearSnapshot(_ tag: BackupTag, keyspaces: [String]) async throws {
        let output = try await runner.run(
            command, ["clearsnapshot", "-t", tag.text] + keyspaces, seconds: 900)
        try NodetoolVerdict.quiet(output, command: "clearsnapshot")
    }

    /// What the node says about itself.
    package func facts(address: String) async throws -> NodeFacts {
        async let info = runner.run(command, ["info", "-T"], seconds: 60)
        async let gossip = runner.run(command, ["gossipinfo"], seconds: 60)
        return try await NodeFacts(info: info, gossip: gossip, address: address)
    }
}
