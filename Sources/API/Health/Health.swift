import Postgres
import SCGI

/// What a load balancer and a supervisor ask, without a cluster and without credentials.
enum Health {
    /// `GET /healthz`: a worker serves. Says nothing of the database, so that an outage of it is no
    /// reason to restart the service.
    static func live(_ call: Call) throws -> Response { .text(#"{"status": "ok"}"#) }

    /// `GET /readyz`: a worker reaches the database, and requests will be answered; else 503.
    static func ready(_ call: Call) throws -> Response {
        try call.service.database.transaction(permitting: .these([])) { connection in
            _ = try connection.run(APIStatement.now)
        }
        return .text(#"{"status": "ok"}"#)
    }
}
