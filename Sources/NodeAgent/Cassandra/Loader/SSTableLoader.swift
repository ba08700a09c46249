/// sstableloader: streams the SSTables of one table to the nodes that own their rows.
package struct SSTableLoader: Sendable {
    private let command: ToolCommand
    private let timeLimit: Duration
    private let patience: Duration

    /// - Parameters:
    ///   - command: with whatever names the credentials. The tool itself takes a password as an
    ///     argument only, so where CQL asks for one, this is a wrapper that knows better.
    ///   - patience: for which the tool may go on after a stream of its broke off.
    package init(
        command: ToolCommand, timeLimit: Duration = .seconds(24 * 3600),
        patience: Duration = .seconds(20)
    ) {
        self.command = command
        self.timeLimit = timeLimit
        self.patience = patience
    }

    /// Loads a directory `<keyspace>/<table>` and answers what was sent.
    ///
    /// - Parameters:
    ///   - hosts: addresses of nodes that tell where data belongs; live ones.
    ///   - ignoring: addresses of nodes that are down.
    ///   - throttle: megabytes (10^6) per second; `nil` for no limit.
    ///   - expected: SSTables in the directory.
    ///   - onProgress: is given what is known so far after every line of progress.
    /// - Throws: `LoaderError`, unless every file went to every node it was to go to.
    @discardableResult
    package func load(
        directory: String, hosts: [String], ignoring: [String] = [], throttle: Double? = nil,
        expected: Int? = nil, onProgress: (@Sendable (LoaderReport) async -> Void)? = nil
    ) async throws -> LoaderReport {
        let reading = LoaderReading()
        let (breaks, told) = AsyncStream.makeStream(of: Void.self)
        let exit = try await withThrowingTaskGroup(of: ToolExit?.self) { group in
            group.addTask {
                try await command.run(
                    Self.arguments(
                        directory: directory, hosts: hosts, ignoring: ignoring, throttle: throttle),
                    timeLimit: timeLimit
                ) { line in
                    let report = reading.read(line)
                    if report.hasBrokenStream { told.yield() }
                    if line.text.hasPrefix("progress: ") { await onProgress?(report) }
                }.exit
            }
            group.addTask {
                for await _ in breaks { break }
                try await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        let report = reading.report
        guard let exit else {
            throw LoaderError(
                code: .incomplete, directory: directory,
                sentence: "\(report.trouble ?? "a stream broke off"); it was stopped")
        }
        try report.check(
            exit: exit, directory: directory, ignoring: ignoring, expected: expected)
        return report
    }

    /// The arguments of a call. The tool wants its limit in megabits.
    package static func arguments(
        directory: String, hosts: [String], ignoring: [String], throttle: Double?
    ) -> [String] {
        var arguments = ["-d", hosts.joined(separator: ",")]
        if !ignoring.isEmpty { arguments += ["-i", ignoring.joined(separator: ",")] }
        if let throttle, throttle > 0 {
            let megabits = min(max(1, (throttle * 8).rounded()), 1e9)
            arguments += ["--throttle", String(Int(megabits))]
        }
        return arguments + [directory]
    }
}
