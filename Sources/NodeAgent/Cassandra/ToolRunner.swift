import AgentProtocol
import Subprocess
import SystemPackage

/// Runs Cassandra's tools: an argument list from the configuration, never a shell.
package struct ToolRunner: Sendable {
    /// The most bytes that are kept of either output.
    private let outputLimit = 4 << 20

    package init() {}

    /// Runs `command` with further arguments and waits for its end.
    ///
    /// - Parameters:
    ///   - command: the program and its first arguments; at least the program.
    ///   - seconds: after which it is ended; it has then failed.
    /// - Throws: `OperationFailure` where it cannot be run at all or takes too long.
    package func run(_ command: [String], _ arguments: [String], seconds: Double) async throws
        -> ToolOutput
    {
        guard let program = command.first else {
            throw OperationFailure(
                code: .invalid, object: "", message: "A tool has an empty command.")
        }
        let limit = outputLimit
        do {
            return try await withThrowingTaskGroup(of: ToolOutput?.self) { group in
                group.addTask {
                    let result = try await Subprocess.run(
                        program.contains("/") ? .path(FilePath(program)) : .name(program),
                        arguments: Arguments(Array(command.dropFirst()) + arguments),
                        output: .string(limit: limit), error: .string(limit: limit))
                    return ToolOutput(
                        exit: Self.exitStatus(result.terminationStatus),
                        standardOutput: result.standardOutput,
                        standardError: result.standardError)
                }
                group.addTask {
                    try await Task.sleep(for: .seconds(seconds))
                    return nil
                }
                defer { group.cancelAll() }
                guard let output = try await group.next().flatMap({ $0 }) else {
                    throw OperationFailure(
                        code: .tool, object: program,
                        message: "\(program) did not end within \(Int(seconds)) seconds.")
                }
                return output
            }
        } catch let error as SubprocessError {
            throw OperationFailure(
                code: .tool, object: program, message: "\(program) cannot be run: \(error)")
        }
    }

    /// The exit status as a shell shows it: 128 and more for a signal.
    private static func exitStatus(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}
