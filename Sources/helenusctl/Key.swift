import ArgumentParser
import Catalog
import Glibc
import Postgres
import Sealing

/// `helenusctl key create|add|list|drop`
struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps the keys under which secrets are sealed.",
        subcommands: [Create.self, Add.self, List.self, Drop.self])

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
            let line = Array(KeyFile.newLine().utf8)
            guard write(descriptor, line, line.count) == line.count, fsync(descriptor) == 0 else {
                throw ValidationError("\(file): \(String(cString: strerror(errno)))")
            }
        }
    }

    /// `helenusctl key add FILE`
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a new key into a key file, which seals from now on; prints its id.",
            discussion: "What is sealed already is not touched: 'helenusctl secrets rotate' seals "
                + "it anew. Services that run notice the new key by themselves.")

        @Argument(help: "The key file.")
        var file: String

        func run() throws {
            print(try KeyFile(file).addKey())
        }
    }

    /// `helenusctl key list FILE`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the ids of the keys; the first seals.")

        @Argument(help: "The key file.")
        var file: String

        func run() throws {
            print(try KeyFile(file).ids.joined(separator: "\n"))
        }
    }

    /// `helenusctl key drop FILE`
    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes every key but the one that seals, unless something needs it.",
            discussion: "Keep what is dropped with backups of the database from before.")

        @Argument(help: "The key file.")
        var file: String

        @Option(help: "Connection string of the schema's owner.")
        var database: String

        func run() throws {
            let keys = try KeyFile(file)
            let inUse = try SecretRotation(
                Connection(conninfo: database), sealer: Sealer(keyFile: file)
            ).keysInUse()
            let dropped = keys.ids.dropFirst()
            for id in dropped {
                guard inUse[id] == nil else {
                    throw ValidationError(
                        "\(inUse[id] ?? 0) values are sealed under the key \(id); run "
                            + "'helenusctl secrets rotate' first")
                }
            }
            try keys.dropKeys(Set(dropped))
            print(dropped.isEmpty ? "Nothing to drop." : dropped.joined(separator: "\n"))
        }
    }
}
