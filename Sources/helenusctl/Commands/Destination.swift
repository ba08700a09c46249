import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl destination list|add|update|remove`
struct Destination: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says where backups are sent.",
        subcommands: [List.self, Add.self, Update.self, Remove.self])

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
            discussion: FieldOptions.explanation)

        @Argument(help: "local, s3 or azure.")
        var provider: String

        @OptionGroup var fields: FieldOptions
        @OptionGroup var cluster: ClusterOptions

        private struct Answer: Decodable {
            var destination: [[String: Entry]]

            struct Entry: Decodable {}
        }

        func perform() async throws -> CommandExit {
            let body = try fields.over(["provider": provider])
            let client = try await cluster.client()
            let data = try await client.call("POST", ["backups", "destinations"], body: body)
            try cluster.service.tell(data, as: Answer.self) { $0.destination.flatMap(\.keys) }
            return .success
        }
    }

    /// `helenusctl destination update ID region=eu-central-2`
    struct Update: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what is given of a destination, after an agent has tried it.",
            discussion: FieldOptions.explanation)

        @Argument(help: "The destination's id.")
        var id: String

        @OptionGroup var fields: FieldOptions
        @OptionGroup var cluster: ClusterOptions

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            // A secret that is masked in the answer stands for the one that is stored.
            let stored = try await client.call(
                "GET", ["backups", "destinations", id], as: [String: FieldText].self)
            var body = try fields.over(stored.mapValues(\.text))
            body["id"] = id
            _ = try await client.call("POST", ["backups", "destinations"], body: body)
            return .success
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
