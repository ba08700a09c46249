import ArgumentParser
import Catalog
import Postgres
import Sealing

/// `helenusctl secrets rotate`
struct Secrets: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps the secrets that are sealed in the database.",
        subcommands: [Rotate.self])

    /// `helenusctl secrets rotate --key-file FILE`
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seals everything anew under the key that 'helenusctl key add' has made.",
            discussion: "API, executors and agents go on meanwhile. Where it is interrupted, run "
                + "it again. Then 'helenusctl key drop' removes the old key.")

        @Option(help: "The key file, with the new key and the old ones.")
        var keyFile: String

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            let report = try SecretRotation(
                Connection(conninfo: database), sealer: Sealer(keyFile: keyFile)
            ).run()
            print("\(report.sealed) values sealed anew.")
            guard report.refused.isEmpty else {
                throw ValidationError(report.refused.joined(separator: "\n"))
            }
        }
    }
}
