import Postgres
import SCGI

/// The nodes and keyspaces of a cluster, as the agents report them.
enum Nodes {
    static func list(_ call: Call) throws -> Response { try answer(call, .nodeList) }

    static func lastSeen(_ call: Call) throws -> Response { try answer(call, .nodeLastSeen) }

    static func keyspaces(_ call: Call) throws -> Response { try answer(call, .nodeKeyspaces) }

    static func agents(_ call: Call) throws -> Response { try answer(call, .nodeAgents) }

    private static func answer(_ call: Call, _ statement: APIStatement) throws -> Response {
        try call.inCluster { connection, id in
            .text(try connection.run(statement, .text(id))[0].text(0))
        }
    }
}
