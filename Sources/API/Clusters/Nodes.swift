import Postgres
import SCGI

/// The nodes and keyspaces of a cluster, as the agents report them.
enum Nodes {
    static func list(_ call: Call) throws -> Response { try answer(call, .nodeList) }

    static func lastSeen(_ call: Call) throws -> Response { try answer(call, .nodeLastSeen) }

    static func datacenters(_ call: Call) throws -> Response {
        try answer(call, .nodeDatacenters)
    }

    /// Space on the data directories' file systems, summed over the nodes.
    static func storageCapacity(_ call: Call) throws -> Response {
        try answer(call, .storageCapacity)
    }

    static func keyspace(_ call: Call) throws -> Response {
        let name = call.argument("keyspace")
        guard let row = try call.readInCluster(.nodeKeyspace, .text(name)).first else {
            throw APIError.noSuch("Keyspace", "There is no keyspace '\(name)'.")
        }
        return .text(try row.text(0))
    }

    static func keyspaces(_ call: Call) throws -> Response { try answer(call, .nodeKeyspaces) }

    static func agents(_ call: Call) throws -> Response { try answer(call, .nodeAgents) }

    private static func answer(_ call: Call, _ statement: APIStatement) throws -> Response {
        .text(try call.readInCluster(statement)[0].text(0))
    }
}
