import JobQueue
import Postgres
import SCGI

/// `request`: how a long-running call stands.
enum Requests {
    /// By its id alone, as most clients ask; so this spans clusters.
    static func showAnywhere(_ call: Call) throws -> Response {
        let id = try requestID(call)
        return try call.service.database.transaction(
            permitting: call.identity.clusters(atLeast: .viewer)
        ) { connection in
            try show(id, connection)
        }
    }

    static func show(_ call: Call) throws -> Response {
        let id = try requestID(call)
        return try call.inCluster { connection, _ in try show(id, connection) }
    }

    static func list(_ call: Call) throws -> Response {
        let count = try call.number("count", minimum: 0) ?? 100
        return try call.inCluster { connection, id in
            .text(
                try connection.run(
                    APIStatement.requestList, .text(id), .text(call.request.query["type"]),
                    .text(call.request.query["state"]), .number(min(count, 1_000)))[0].text(0))
        }
    }

    /// By its id alone, of the clusters on which the caller may do so.
    static func cancelAnywhere(_ call: Call) throws -> Response {
        let requestID = try requestID(call)
        return try call.service.database.transaction(
            permitting: call.identity.clusters(atLeast: .operator)
        ) { connection in
            guard
                let cluster = try connection.run(APIStatement.requestCluster, .text(requestID))
                    .first?.text(0)
            else { throw noSuch(requestID) }
            let response = try cancel(requestID, of: cluster, connection)
            try call.audit.note(connection, clusterID: cluster, status: response.status)
            return response
        }
    }

    static func cancel(_ call: Call) throws -> Response {
        let requestID = try requestID(call)
        return try call.inCluster { connection, id in
            try cancel(requestID, of: id, connection)
        }
    }

    private static func cancel(
        _ requestID: String, of clusterID: String, _ connection: Connection
    ) throws -> Response {
        guard
            let state = try connection.run(
                APIStatement.requestExists, .text(clusterID), .text(requestID)
            ).first?.text(0)
        else { throw noSuch(requestID) }
        guard state == "running" else {
            throw APIError.conflict("The request has ended already: \(state).")
        }
        _ = try JobQueue(connection).cancel(clusterID: clusterID, requestID: requestID)
        return .text("null")
    }

    private static func show(_ id: String, _ connection: Connection) throws -> Response {
        guard let row = try connection.run(APIStatement.requestShow, .text(id)).first else {
            throw noSuch(id)
        }
        return .text(try row.text(0))
    }

    private static func requestID(_ call: Call) throws -> String {
        let id = call.argument("request")
        let digits = id.filter { $0 != "-" }
        guard digits.count == 32, id.count == 36, digits.allSatisfy(\.isHexDigit) else {
            throw noSuch(id)
        }
        return id
    }

    private static func noSuch(_ id: String) -> APIError {
        APIError.noSuch("Request", "There is no request '\(id)'.")
    }
}
