import ArgumentParser
import OperatorClient

extension Agent {
    /// `helenusctl agent list`
    struct List: ServiceCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists a cluster's nodes with their agents.")

        @OptionGroup var cluster: ClusterOptions

        private struct Node: Decodable {
            var address: String
            var datacenter: String
            var rack: String
            var state: String
            var version: String
            var lastSeen: Int64

            enum CodingKeys: String, CodingKey {
                case rack, state, version
                case address = "node_ip"
                case datacenter = "dc"
                case lastSeen = "last_seen"
            }
        }

        func perform() async throws -> CommandExit {
            let client = try await cluster.client()
            let data = try await client.call("GET", ["nodes"])
            try cluster.service.tell(data, as: [Node].self) { nodes in
                var table = TextTable(
                    "NODE", "STATE", "DATACENTER", "RACK", "CASSANDRA", "LAST SEEN")
                for node in nodes {
                    table.add(
                        node.address, node.state, node.datacenter, node.rack, node.version,
                        "\(UTCTime(node.lastSeen))")
                }
                return table.lines
            }
            return .success
        }
    }
}
