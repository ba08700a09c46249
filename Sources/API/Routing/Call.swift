import Catalog
package import Postgres
package import SCGI
import Statements

/// One request on its way through a route, with what the route needs.
package struct Call {
    package let request: Request
    /// The values of the route's `{…}` segments.
    package let arguments: [String: String]
    package let caller: Caller
    package let service: APIService
    /// What the audit log says of it.
    package let audit: AuditTrail
    /// Tells the master that this worker is alive, in a long wait.
    package let beat: () -> Void

    package init(
        request: Request, arguments: [String: String], caller: Caller, service: APIService,
        beat: @escaping () -> Void
    ) {
        self.request = request
        self.arguments = arguments
        self.caller = caller
        self.service = service
        self.beat = beat
        // An agent's report every ten seconds is no change worth a line.
        audit = AuditTrail(
            request: request, identity: caller.identity,
            isKept: !["GET", "HEAD"].contains(request.method)
                && (arguments["host"] == nil || request.method == "POST"))
    }

    /// Who calls.
    package var identity: Identity { caller.identity }

    /// The value of a `{…}` segment of the route.
    package func argument(_ name: String) -> String { arguments[name] ?? "" }

    /// The body as a JSON object.
    package func body() throws -> Fields { try Fields.body(request.body) }

    /// The body as a JSON object, or as a form that has some of these members and no others.
    package func body(orForm known: Set<String>) throws -> Fields {
        let first = request.body.first { !JSONText.isSpace($0) }
        guard let first, first != UInt8(ascii: "{"), request.body.contains(UInt8(ascii: "="))
        else { return try body() }
        let form = try request.form()
        // Anything else is JSON gone wrong, not a restore of everything.
        guard form.items.allSatisfy({ known.contains($0.name) }) else { return try body() }
        return Fields(
            members: Dictionary(
                form.items.map { ($0.name, .text($0.value)) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// Runs `body` in a transaction that sees one cluster: the one that the path names. What the
    /// audit log says of the call stands or falls with the change.
    ///
    /// - Throws: `NoSuchCluster`.
    package func inCluster<Result>(
        _ body: (Connection, _ clusterID: String) throws -> Result
    ) throws -> Result {
        let id = try clusterID
        return try service.database.transaction(permitting: .only(id)) { connection in
            let result = try body(connection, id)
            try audit.note(connection, clusterID: id, status: (result as? Response)?.status)
            return result
        }
    }

    /// Runs a statement that changes nothing and sees one cluster: the one that the path names, whose
    /// id is the first parameter.
    ///
    /// - Throws: `NoSuchCluster`.
    func readInCluster(_ statement: APIStatement, _ parameters: Parameter...) throws -> Rows {
        let id = try clusterID
        return try service.database.read(
            statement, [.text(id)] + parameters, permitting: .only(id))
    }

    /// Answers with one statement that sees the cluster that the path names, or with the page that it
    /// answered before, where that still holds.
    ///
    /// - Throws: `NoSuchCluster`.
    func answer(_ read: ClusterRead) throws -> Response {
        let page = try service.pages.page(read.query, of: clusterID)
        return try answer(read, or: page, having: rows(of: page?.check ?? read.query))
    }

    /// Answers with the page, if there is one and the rows of its check say that it still holds; else with
    /// the statement's rows, which are those where there is none. Keeps what can be sent again.
    ///
    /// - Throws: `NoSuchCluster`.
    func answer(_ read: ClusterRead, or page: CachedPage?, having rows: Rows) throws -> Response {
        if let page {
            let isUnchanged = try page.isUnchanged(rows, in: service.database.session)
            return try isUnchanged
                ? page.response : answer(read, or: nil, having: self.rows(of: read.query))
        }
        let response = try read.answer(rows)
        if let snapshot = read.snapshot(rows) {
            let page = CachedPage(
                snapshot: snapshot, session: service.database.session, response: response)
            service.pages.keep(page, for: read.query, of: try clusterID)
        }
        return response
    }

    private func rows(of query: ClusterQuery) throws -> Rows {
        let id = try clusterID
        return try service.database.read(
            query.statement, [.text(id)] + query.parameters, permitting: .only(id))
    }

    /// Makes a change in the cluster that the path names, with the audit log's line of it, in one
    /// transaction and one message.
    ///
    /// - Throws: `NoSuchCluster`.
    func make(_ change: ClusterChange) throws -> Response {
        let id = try clusterID
        let permission = Connection.permission(for: .only(id), trace: service.database.trace)
        return try change.answer(rows(of: change, in: id, permittedBy: permission))
    }

    /// Makes a change as `make` does, where the database finds the caller to be who they were.
    ///
    /// - Returns: the rows of the change.
    /// - Throws: `PostgresError`; with `HL003` where they are not. But for a lost connection, nothing was
    ///   done then.
    func make(_ change: ClusterChange, confirming remembered: RememberedCaller) throws -> Rows {
        let confirmation = try remembered.confirmation(trace: service.database.trace)
        return try rows(of: change, in: remembered.clusterID, permittedBy: confirmation)
    }

    private func rows(
        of change: ClusterChange, in id: String, permittedBy permission: BoundStatement
    ) throws -> Rows {
        try audit.noting(clusterID: id, status: 200) { line in
            try service.database.runAtOnce(
                [change.query.bound(cluster: id)] + line, permittedBy: permission)[0]
        }
    }

    /// Runs `body` in a transaction that sees the accounts, with its line in the audit log.
    func onAccounts(_ body: (Accounts) throws -> Response) throws -> Response {
        try service.database.transaction(permitting: .all) { connection in
            let response = try body(Accounts(connection))
            try audit.note(connection, clusterID: nil, status: response.status)
            return response
        }
    }

    /// Refuses a call that the caller may not make. A cluster on which they have no role at all is
    /// not there for them.
    func authorize(_ least: LeastRole) throws {
        let isOfCluster = arguments["cluster"] != nil
        let id = try isOfCluster ? clusterID : nil
        guard caller.identity.may(least, on: id) else {
            throw APIError.notAuthorized(
                "'\(identity.name)' may not do this: it takes \(least.sentence).")
        }
    }

    /// The id of the cluster that the path names.
    ///
    /// - Throws: `NoSuchCluster`, also where the caller has no role on it.
    private var clusterID: String {
        get throws {
            guard let id = caller.clusterID,
                identity == .agent || identity.role(on: id) != nil
            else { throw APIError.noSuchCluster(argument("cluster")) }
            return id
        }
    }

    /// Writes the audit log's line of a call that ended otherwise than was noted. A cluster that
    /// the caller may not see is not told of it.
    func endAudit(status: Int) throws {
        let isSeen = caller.clusterID.map { identity.role(on: $0) != nil } ?? false
        try audit.end(
            service.database, clusterID: isSeen ? caller.clusterID : nil, status: status)
    }

    /// As `Request.number`.
    package func number(
        _ name: String, minimum: Int64, maximum: Int64 = 1 << 53 - 1
    ) throws -> Int64? {
        try request.number(name, minimum: minimum, maximum: maximum)
    }

    /// As `Request.time`.
    package func time(_ name: String) throws -> Int64? { try request.time(name) }

    /// As `Request.flag`.
    package func flag(_ name: String) -> Bool { request.flag(name) }
}
