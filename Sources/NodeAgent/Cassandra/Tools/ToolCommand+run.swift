import Subprocess
import SystemPackage

extension ToolCommand {
    /// How many bytes of each of the two outputs are kept: the first half and the last half.
    package static let captureLimit = 1 << 20

    /// Runs the tool to its end and answers what it said, whatever its exit status.
    ///
    /// - Parameters:
    ///   - arguments: what follows the configured part.
    ///   - input: a file that it gets on its standard input; `nil` for nothing.
    ///   - timeLimit: after it the tool and all that it started get SIGTERM, 5 s later SIGKILL.
    ///   - onLine: is given every line of both outputs, ended by `\n` or `\r`, as it comes.
    /// - Throws: `ToolFailure` where the tool cannot be started or takes too long;
    ///   `CancellationError` where the task is cancelled, after the tool was stopped.
    package func run(
        _ arguments: [String], input: String? = nil, timeLimit: Duration,
        onLine: (@Sendable (ToolLine) async -> Void)? = nil
    ) async throws -> ToolOutput {
        guard let program = argv.first, !program.isEmpty else {
            throw ToolFailure(code: .notConfigured, tool: name, detail: "no command is configured")
        }
        return try await withThrowingTaskGroup(of: ToolOutput?.self) { group in
            group.addTask { try await launch(program, arguments, input, onLine: onLine) }
            group.addTask {
                try await Task.sleep(for: timeLimit)
                return nil
            }
            defer { group.cancelAll() }
            guard let output = try await group.next() ?? nil else {
                throw ToolFailure(
                    code: .timedOut, tool: name,
                    detail: "no end after \(timeLimit.components.seconds) s; it was stopped")
            }
            try Task.checkCancellation()
            return output
        }
    }

    private func launch(
        _ program: String, _ arguments: [String], _ input: String?,
        onLine: (@Sendable (ToolLine) async -> Void)?
    ) async throws -> ToolOutput {
        var options = PlatformOptions()
        // A session of its own: a signal to the agent's terminal does not reach the tool, and one
        // to the tool's group reaches the java that its script started.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
        ]
        var added: [Environment.Key: String?] = [:]
        for (key, value) in environment {
            added[Environment.Key(stringLiteral: key)] = value
        }
        let file = try FileDescriptor.open(
            FilePath(input ?? "/dev/null"), .readOnly, options: .closeOnExec)
        do {
            let result = try await Subprocess.run(
                program.contains("/") ? .path(FilePath(program)) : .name(program),
                arguments: Arguments(Array(argv.dropFirst()) + arguments),
                environment: .inherit.updating(added), platformOptions: options,
                input: .fileDescriptor(file, closeAfterSpawningProcess: true), output: .sequence,
                error: .sequence
            ) { execution in
                async let standardError = Self.collect(
                    execution.standardError, from: .error, onLine: onLine)
                let standardOutput = try await Self.collect(
                    execution.standardOutput, from: .output, onLine: onLine)
                return (standardOutput, try await standardError)
            }
            let (output, error) = result.closureResult
            return ToolOutput(
                exit: ToolExit(result.terminationStatus), output: output, error: error)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ToolFailure(
                code: error.code == .executableNotFound ? .notFound : .notStarted, tool: name,
                detail: "\(error)")
        }
    }

    private static func collect(
        _ sequence: SubprocessOutputSequence, from stream: ToolLine.Stream,
        onLine: (@Sendable (ToolLine) async -> Void)?
    ) async throws -> CappedText {
        var text = CappedText(limit: captureLimit)
        var lines = LineSplitter()
        for try await buffer in sequence {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            text.append(bytes)
            guard let onLine else { continue }
            for line in lines.append(bytes) {
                await onLine(ToolLine(stream: stream, text: line))
            }
        }
        if let onLine, let last = lines.finish() {
            await onLine(ToolLine(stream: stream, text: last))
        }
        return text
    }
}

extension ToolExit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signalled(signal)
        }
    }
}
