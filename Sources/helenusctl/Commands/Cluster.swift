import ArgumentParser
import FoundationEssentials
import OperatorClient

/// `helenusctl cluster list|show|add|update|limits|remove`
struct Cluster: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says which clusters are backed up.",
        subcommands: [
            List.self, Show.self, Add.self, Update.self, Limits.self, Remove.self,
        ])

    /// `helenusctl cluster list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the clusters.")

        @OptionGroup var service: ServiceOptions

        private struct Config: Decodable {
            var cassandra: Cassandra?

            struct Cassandra: Decodable {
                var seeds: String?

                enum CodingKeys: String, CodingKey { case seeds = "seed_hosts" }
            }
        }

        func perform() async throws -> CommandExit {
            let data = try await service.client().call("GET", ["cluster-configs"])
            try service.tell(data, as: [String: Config].self) { clusters in
                var table = TextTable("CLUSTER", "SEEDS")
                for (name, config) in clusters.sorted(by: { $0.key < $1.key }) {
                    table.add(name, config.cassandra?.seeds ?? "")
                }
                return table.lines
            }
            return .success
        }
    }

    /// `helenusctl cluster show ID`
    struct Show: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a cluster's configuration, as JSON.")

        @Argument(help: "The cluster's id or name.")
        var id: String

        @OptionGroup var service: ServiceOptions

        func perform() async throws -> CommandExit {
            let data = try await service.client().call("GET", ["cluster-configs", id])
            service.show(data)
            return .success
        }
    }

    /// `helenusctl cluster add NAME --seeds ADDRESSES`
    struct Add: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a cluster and prints its id.")

        @Argument(help: "The cluster's name, as Cassandra has it.")
        var name: String

        @Option(help: "Addresses of some of its nodes, with commas between them.")
        var seeds: String

        @OptionGroup var service: ServiceOptions

        private struct Body: Encodable {
            var name: String
            var cassandra: [String: String]
        }

        func perform() async throws -> CommandExit {
            let body = Body(name: name, cassandra: ["cluster_name": name, "seed_hosts": seeds])
            let data = try await service.client().call("POST", ["cluster-configs"], body: body)
            try service.tell(data, as: String.self) { [$0] }
            return .success
        }
    }

    /// `helenusctl cluster update ID FILE`
    struct Update: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Changes what is given of a cluster's configuration.")

        @Argument(help: "The cluster's id or name.")
        var id: String

        @Argument(
            help: """
                A file with what is to change, {section: {property: value}} as show prints it; - for \
                standard input.
                """)
        var file: String

        @OptionGroup var service: ServiceOptions

        func perform() async throws -> CommandExit {
            _ = try await service.client().call(
                "PUT", ["cluster-configs", id, "partial"], document: try DocumentFile(file).read())
            return .success
        }
    }

    /// `helenusctl cluster remove ID`
    struct Remove: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forgets a cluster. What lies on its nodes and destinations stays.")

        @Argument(help: "The cluster's id or name.")
        var id: String

        @OptionGroup var service: ServiceOptions

        func perform() async throws -> CommandExit {
            _ = try await service.client().call("DELETE", ["cluster-configs", id])
            return .success
        }
    }
}
