import ArgumentParser
import FoundationEssentials
import OperatorClient
import Subprocess
import SystemPackage

/// `helenusctl config check`
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at the settings of the programs on this machine.",
        subcommands: [Check.self])

    /// `helenusctl config check [--api FILE] [--executor FILE] [--agent FILE]`
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells what is wrong with settings, before a program is started with them.",
            discussion: """
                Each program looks at its own: keys that nobody knows, values that are none, files \
                and folders that it cannot use, a database that does not answer or has another \
                schema. Nothing is changed. What the programs may read depends on their user: run it \
                as that, as in runuser -u helenus -- helenusctl config check.
                """)

        @Option(help: "Settings of helenus-api (/etc/helenus/api.env, if it is there).")
        var api: String?

        @Option(help: "Settings of helenus-executor (/etc/helenus/executor.env).")
        var executor: String?

        @Option(help: "Configuration of helenus-agent (/etc/helenus/agent.yaml).")
        var agent: String?

        @Flag(help: "Print JSON: every file with a list of its problems.")
        var json = false

        /// A program and the file that it would be started with.
        private struct Subject {
            var program: String
            var option: String
            var file: String
        }

        func run() async throws {
            let subjects = subjects()
            guard !subjects.isEmpty else {
                throw ValidationError(
                    "There are no settings in /etc/helenus: name a file with --api, --executor or "
                        + "--agent.")
            }
            var found: [String: [String]] = [:]
            for subject in subjects {
                let problems = try await problems(of: subject)
                found[subject.file] = problems
                guard !json else { continue }
                print(problems.isEmpty ? "\(subject.file): good" : "\(subject.file):")
                for problem in problems { print("  \(problem)") }
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(found), as: UTF8.self))
            }
            guard found.values.allSatisfy(\.isEmpty) else {
                throw ExitCode(CommandExit.misconfigured.rawValue)
            }
        }

        /// Those that were named, or all that lie where the packages put them.
        private func subjects() -> [Subject] {
            let programs = [
                ("helenus-api", "--settings", api, "api.env"),
                ("helenus-executor", "--settings", executor, "executor.env"),
                ("helenus-agent", "--config", agent, "agent.yaml"),
            ]
            let isAnyNamed = api != nil || executor != nil || agent != nil
            return programs.compactMap { program, option, named, name in
                let usual = "/etc/helenus/\(name)"
                let isThere = !isAnyNamed && FileManager.default.fileExists(atPath: usual)
                return (named ?? (isThere ? usual : nil)).map {
                    Subject(program: program, option: option, file: $0)
                }
            }
        }

        /// What the program that lies beside this one says of its file.
        private func problems(of subject: Subject) async throws -> [String] {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let program = FilePath(own).removingLastComponent().appending(subject.program)
            do {
                let result = try await Subprocess.run(
                    .path(program), arguments: [subject.option, subject.file, "--check"],
                    output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
                switch result.terminationStatus {
                case .exited(0), .exited(CommandExit.misconfigured.rawValue):
                    return result.standardOutput.split(separator: "\n").map(String.init)
                default:
                    let reason = result.standardError
                    return ["\(program) ended with \(result.terminationStatus): \(reason)"]
                }
            } catch let error as SubprocessError {
                return ["\(program) cannot be run: \(error)"]
            }
        }
    }
}
