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
        return try call.inCluster { connection, id in
            guard
                let row = try connection.run(
                    APIStatement.nodeKeyspace, .text(id), .text(name)
                ).first
            else { throw APIError.noSuch("Keyspace", "There is no keyspace '\(name)'.") }
            return .text(try row.text(0))
        }
    }

    static func keyspaces(_ call: Call) throws -> Response { try answer(call, .nodeKeyspaces) }

    static func agents(_ call: Call) throws -> Response { try answer(call, .nodeAgents) }

    private static func answer(_ call: Call, _ statement: APIStatement) throws -> Response {
        try call.inCluster { connection, id in
            .text(try connection.run(statement, .text(id))[0].text(0))
        }
    }
}
