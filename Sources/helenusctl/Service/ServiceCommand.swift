import ArgumentParser
import Glibc
import OperatorClient

/// A command that calls the service. Its exit status tells what came of it.
protocol ServiceCommand: AsyncParsableCommand {
    /// Does it; what it answers becomes the exit status.
    func perform() async throws -> CommandExit
}

extension ServiceCommand {
    func run() async throws {
        do {
            let exit = try await perform()
            if exit != .success { throw ExitCode(exit.rawValue) }
        } catch let failure as ServiceFailure {
            tellError("\(failure.message)\n")
            throw ExitCode(failure.exitCode.rawValue)
        }
    }
}

/// Writes to standard error: standard output may be a pipe.
func tellError(_ text: String) {
    write(STDERR_FILENO, text, text.utf8.count)
}
