import ArgumentParser
import FoundationEssentials
import Glibc
import Sealing

/// `helenusctl key create FILE`
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps the key under which secrets are sealed.", subcommands: [Create.self])

    /// `helenusctl key create FILE`
    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new key file; an existing one is never overwritten.")

        @Argument(help: "The file to make, mode 0600.")
        var file: String

        func run() throws {
            let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
            guard descriptor >= 0 else {
                throw ValidationError("\(file): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            let line = Array(Sealer.newKeyLine(id: UUID().uuidString.lowercased()).utf8)
            guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
                throw ValidationError("\(file): \(String(cString: strerror(errno)))")
            }
        }
    }
}
