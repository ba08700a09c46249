import ArgumentParser
import Postgres
import Statements

/// `helenusctl migrate up|down|status`
struct Migrate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings the database's schema to this program's version, or a step back.")

    /// Which way to go.
    enum Direction: String, ExpressibleByArgument, CaseIterable {
        case up, down, status
    }

    @Argument(help: "up: every missing step; down: take back the newest; status: what was taken.")
    var direction: Direction

    @Option(help: "Connection string of the schema's owner.")
    var database: String

    func run() throws {
        let migrator = Migrator(connection: try Connection(conninfo: database))
        switch direction {
        case .up:
            let taken = try migrator.up()
            print(taken.isEmpty ? "Nothing to do." : taken.joined(separator: "\n"))
        case .down:
            print(try migrator.down() ?? "Nothing to take back.")
        case .status:
            print(try migrator.applied().joined(separator: "\n"))
        }
    }
}
