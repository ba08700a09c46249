import BackupModel
import Catalog
import FoundationEssentials
import Postgres
import SCGI
import Sealing

/// What agents say: that they join, how their nodes are, and that they need a certificate.
enum Agents {
    /// Exchanges a one-time enrolment token for the agent's two secrets.
    static func enroll(_ call: Call) throws -> Response {
        let fields = try call.body()
        let host = try HostID(fields.text("host_id") ?? "")
        guard let address = try fields.text("address"), let url = try fields.text("agent_url")
        else {
            throw APIError.invalid("address, agent_url: are missing.")
        }
        let token = SecretToken.random()
        let secret = SecretToken.random()
        return try call.inCluster { connection, id in
            let isGood = try EnrolmentTokens(connection).use(
                clusterID: id, hash: SecretToken(bearer(call)).hash, hostID: host.text)
            guard isGood else {
                throw APIError(
                    status: 401, type: "NotAuthenticated",
                    message: "The enrolment token is not known, used already or too old.")
            }
            let sealed = try call.service.sealer.seal(
                Array(secret.text.utf8), for: SealingPlace.agent(cluster: id, host: host.text))
            try connection.run(
                APIStatement.nodeEnroll, .text(id), .text(host.text), .text(address), .text(url),
                .bytes(token.hash), .bytes(sealed))
            return .text(
                #"{"token":"\#(token.text)","executor_secret":"\#(secret.text)"}"#)
        }
    }

    /// Takes an agent's report of its node.
    static func report(_ call: Call) throws -> Response {
        let fields = try call.body()
        let host = try HostID(call.argument("host"))
        let report = try ReportedNode(fields)
        return try call.inCluster { connection, id in
            let known = try connection.run(
                APIStatement.nodeReport, .text(id), .text(host.text),
                .bytes(SecretToken(bearer(call)).hash), .text(report.json))
            guard known.affected == 1 else { throw strangeToken }
            let stamp = try AgentArchive.stamp(of: id, connection)
            return .text(#"{"archive":\#(stamp.map { "\"\($0)\"" } ?? "null")}"#)
        }
    }

    /// Refuses whoever does not show the token of the host's agent.
    static func check(
        _ call: Call, _ host: HostID, in id: String, _ connection: Connection
    ) throws {
        let holds = try connection.run(
            ArchiveStatement.agentHolds, .text(id), .text(host.text),
            .bytes(SecretToken(bearer(call)).hash))
        guard holds.count == 1 else { throw strangeToken }
    }

    /// Has an executor certify an agent's key: this service has no key of the authority.
    ///
    /// An agent may ask as often as it likes, so an answer that is lost costs nothing.
    static func certify(_ call: Call) throws -> Response {
        let host = try HostID(call.argument("host"))
        let (cluster, enrolment) = try call.inCluster { connection, id in
            let row = try connection.run(
                APIStatement.nodeEnrolment, .text(id), .text(host.text),
                .bytes(SecretToken(bearer(call)).hash)
            ).first
            guard let row else { throw strangeToken }
            return (id, try row.text(0))
        }
        guard let request = try call.body().text("certificate_request"), request.utf8.count <= 8_192
        else {
            throw APIError.invalid(
                "certificate_request: accepted is a PKCS #10 request in PEM form.")
        }
        let job = SignCertificateJob(hostID: host, enrolmentID: enrolment, request: request)
        guard
            // Short; and when its nodes come all at once, they must not keep each other out.
            let answer = try JobAnswer(call: call, clusterID: cluster, isShared: false)
                .of(.signCertificate, .plain(job))
        else { throw APIError.invalid("No certificate came of it.") }
        return .text(answer)
    }

    private static let strangeToken = APIError(
        status: 401, type: "NotAuthenticated",
        message: "The agent's token does not hold for this node.")

    private static func bearer(_ call: Call) -> String {
        let header = call.request.headers["authorization"] ?? ""
        return header.hasPrefix("Bearer ") ? String(header.dropFirst(7)) : ""
    }
}
