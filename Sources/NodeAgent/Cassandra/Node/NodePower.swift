import AgentProtocol

/// Stops and starts Cassandra by the commands of the agent's settings, and waits until it is so.
struct NodePower: Sendable {
    let context: AgentContext
    /// For the command, and again for what it is to bring about.
    let timeLimit: Duration

    /// - Throws: `OperationFailure` where no command is named, it fails, or the node is still up.
    func stop() async throws {
        guard try await answers() else { return }
        try await run("stop", context.configuration.cassandra.stop)
        try await wait("still answers after it was stopped") { try await !answers() }
        try await context.archive.nodeIsDown()
    }

    /// - Throws: `OperationFailure` where no command is named, it fails, or the node is not up.
    ///
    /// - Parameter environment: variables that the command gets besides the agent's own.
    func start(environment: [String: String] = [:]) async throws {
        guard try await !isUp() else { return }
        // Whoever stopped it: what it has left is not archived when it starts, by old versions.
        if try await !answers() { try await context.archive.nodeIsDown() }
        try await run("start", context.configuration.cassandra.start, environment)
        try await wait("is not up and normal after it was started", until: isUp)
    }

    /// By the command `restart` where the settings do not name both others.
    func restart() async throws {
        let commands = context.configuration.cassandra
        if commands.stop != nil, commands.start != nil {
            try await stop()
            try await start()
        } else {
            try await run("restart", commands.restart)
            try await wait("is not up and normal after it was restarted", until: isUp)
        }
    }

    /// Whether the node serves clients and its ring knows it as up and normal.
    func isUp() async throws -> Bool {
        do {
            let info = try await context.nodetool.info()
            guard info.gossipActive, info.servesClients else { return false }
            return try await context.nodetool.status().contains {
                $0.isUp && $0.movement == .normal && $0.hostID == info.hostID.lowercased()
            }
        } catch let error as NodetoolError where error.isNodeDown {
            return false
        }
    }

    /// Whether there is a Cassandra that says anything at all.
    func answers() async throws -> Bool {
        do {
            _ = try await context.nodetool.info()
            return true
        } catch let error as NodetoolError {
            return !error.isNodeDown
        }
    }

    private func run(
        _ key: String, _ argv: [String]?, _ environment: [String: String] = [:]
    ) async throws {
        guard let argv else {
            throw OperationFailure(
                code: .invalid, object: "cassandra.\(key)",
                message: "The agent's settings name no command cassandra.\(key).")
        }
        let output = try await ToolCommand(argv: argv, environment: environment)
            .run([], timeLimit: timeLimit)
        guard output.exit.isZero else {
            let said = output.errorLines.last ?? output.outputLines.last ?? "without a word"
            throw OperationFailure(
                code: .tool, object: "cassandra.\(key)",
                message: "The command cassandra.\(key) failed, \(output.exit): \(said)")
        }
    }

    private func wait(
        _ complaint: String, until isSo: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + timeLimit
        while try await !isSo() {
            guard ContinuousClock.now < end else {
                let address = context.configuration.cassandra.address
                throw OperationFailure(
                    code: .nodeDown, object: address,
                    message: "Cassandra on \(address) \(complaint), "
                        + "for \(timeLimit.components.seconds) s.")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
