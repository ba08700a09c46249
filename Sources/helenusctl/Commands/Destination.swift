import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl destination list|add|remove`
struct Destination: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says where backups are sent.",
        subcommands: [List.self, Add.self, Remove.self])

    /// `helenusctl destination list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Lists a cluster's destinations.")

        @OptionGroup var cluster: ClusterOptions

        private struct Entry: Decodable {
            var provider: String
            var path: String
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["backups", "destinations"])
            try cluster.service.tell(data, as: [String: Entry].self) { entries in
                var table = TextTable("ID", "PROVIDER", "PATH")
                for (id, entry) in entries.sorted(by: { $0.key < $1.key }) {
                    table.add(id, entry.provider, entry.path)
                }
                return table.lines
            }
            return .success
        }
    }

    /// `helenusctl destination add local path=/var/backups/helenus`
    struct Add: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a destination, after an agent has tried it, and prints its id.",
            discussion: """
                Fields are those of the API: path, region, access_key, endpoint, … Secret ones are read \
                from files, which nobody else may see: --secret access_secret=/root/secret
                """)

        @Argument(help: "local, s3 or azure.")
        var provider: String

        @Argument(help: "KEY=VALUE: a field of the destination.")
        var fields: [String] = []

        @Option(help: "KEY=FILE: a field whose value is the file's first line; may be given again.")
        var secret: [String] = []

        @OptionGroup var cluster: ClusterOptions

        private struct Answer: Decodable {
            var destination: [[String: Entry]]

            struct Entry: Decodable {}
        }

        func perform() async throws -> CommandExit {
            var body = ["provider": provider]
            for pair in fields {
                let (key, value) = try Self.split(pair)
                body[key] = value
            }
            for pair in secret {
                let (key, file) = try Self.split(pair)
                body[key] = try PasswordInput(file: file).line()
            }
            let client = try await cluster.client()
            let data = try await client.call("POST", ["backups", "destinations"], body: body)
            try cluster.service.tell(data, as: Answer.self) { $0.destination.flatMap(\.keys) }
            return .success
        }

        private static func split(_ pair: String) throws -> (String, String) {
            guard let sign = pair.firstIndex(of: "="), sign != pair.startIndex else {
                throw ValidationError("\(pair): accepted is KEY=VALUE")
            }
            return (String(pair[..<sign]), String(pair[pair.index(after: sign)...]))
        }
    }

    /// `helenusctl destination remove ID`
    struct Remove: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets a destination. The backups that lie there stay.")

        @Argument(help: "The destination's id.")
        var id: String

        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            _ = try await client.call("DELETE", ["backups", "destinations", id])
            return .success
        }
    }
}
