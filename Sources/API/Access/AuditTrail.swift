import Catalog
package import Postgres
package import SCGI
import Statements

/// What the audit log says of one call: a line for what it changed, in the same transaction as the
/// change, and one for its end where that is another than the line says.
package final class AuditTrail {
    private let request: Request
    private let identity: Identity
    /// Agents' reports, and calls that change nothing, leave no line.
    private let isKept: Bool
    private var noted: String?

    package init(request: Request, identity: Identity, isKept: Bool) {
        self.request = request
        self.identity = identity
        self.isKept = isKept
    }

    /// Writes the line into the transaction of the change, once for each call.
    ///
    /// - Parameters:
    ///   - clusterID: the cluster that it is about; `nil` for none.
    ///   - status: what will be answered; `nil` where that is not known yet.
    ///   - actor: who, where that is another than the one who was identified.
    package func note(
        _ connection: Connection, clusterID: String?, status: Int?, actor: String? = nil
    ) throws {
        guard isKept || actor != nil, noted == nil else { return }
        let outcome = status.map { String($0) } ?? "accepted"
        try write(connection, clusterID, outcome, actor: actor ?? identity.name)
        noted = outcome
    }

    /// Lends the statement that writes the line, to be run with the change; none where one is written
    /// already. What `body` throws has changed nothing.
    func noting<Result>(
        clusterID: String, status: Int, _ body: ([BoundStatement]) throws -> Result
    ) throws -> Result {
        guard isKept, noted == nil else { return try body([]) }
        let outcome = String(status)
        let result = try body([try line(clusterID, outcome, actor: identity.name)])
        noted = outcome
        return result
    }

    /// Writes the line of a call that has ended, unless one says the same already.
    package func end(_ database: DatabaseSession, clusterID: String?, status: Int) throws {
        guard isKept, noted != String(status), noted != "accepted" || status >= 400 else { return }
        let permitted = clusterID.map { PermittedClusters.only($0) } ?? .all
        try database.transaction(permitting: permitted) { connection in
            try write(connection, clusterID, String(status), actor: identity.name)
        }
    }

    private func write(
        _ connection: Connection, _ clusterID: String?, _ outcome: String, actor: String
    ) throws {
        let line = try line(clusterID, outcome, actor: actor)
        try connection.runAtCommit(line.statement, line.parameters)
    }

    /// Never with the query: it may hold a password.
    private func line(
        _ clusterID: String?, _ outcome: String, actor: String
    ) throws -> BoundStatement {
        try AccessStatement.auditAdd.bound(
            .text(clusterID ?? Accounts.allClusters), .text(actor),
            .text(request.remoteAddress), .text(request.requestID), .text(request.method),
            .text(String(request.rawPath.prefix(2_000))), .text(outcome))
    }
}
