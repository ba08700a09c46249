package import Postgres
package import SCGI

/// One request on its way through a route, with what the route needs.
package struct Call {
    package let request: Request
    /// The values of the route's `{…}` segments.
    package var arguments: [String: String]
    package let service: APIService
    /// Tells the master that this worker is alive, in a long wait.
    package let beat: () -> Void

    /// The value of a `{…}` segment of the route.
    package func argument(_ name: String) -> String { arguments[name] ?? "" }

    /// The body as a JSON object.
    package func body() throws -> Fields { try Fields.body(request.body) }

    /// Runs `body` in a transaction that sees one cluster: the one that the path names.
    ///
    /// - Throws: `NoSuchCluster`.
    package func inCluster<Result>(
        _ body: (Connection, _ clusterID: String) throws -> Result
    ) throws -> Result {
        let name = argument("cluster")
        return try service.database.transaction(permitting: .these([])) { connection in
            guard
                !name.unicodeScalars.contains("\0"),
                let id = try connection.run(APIStatement.resolveCluster, .text(name)).first?
                    .optionalText(0)
            else { throw APIError.noSuchCluster(name) }
            try connection.run(APIStatement.permit, .text(id))
            if request.method != "GET" { try audit(connection, id) }
            return try body(connection, id)
        }
    }

    /// Notes a call that changes something; it stands or falls with the change.
    private func audit(_ connection: Connection, _ clusterID: String) throws {
        // An agent's report every ten seconds is no change worth a line.
        guard arguments["host"] == nil else { return }
        try connection.run(
            APIStatement.audit, .text(clusterID), .text("anonymous"),
            .text(request.remoteAddress), .text(request.requestID), .text(request.method),
            .text(request.rawPath))
    }

    /// A query parameter as a whole number of at least `minimum` and at most `maximum`.
    package func number(
        _ name: String, minimum: Int64, maximum: Int64 = 1 << 53 - 1
    ) throws -> Int64? {
        guard let text = request.query[name], !text.isEmpty else { return nil }
        guard
            let number = Int64(text) ?? Double(text).flatMap({ Int64(exactly: $0.rounded(.down)) }),
            (minimum...maximum).contains(number)
        else {
            throw APIError.invalid(
                "\(name): got '\(text)', accepted is a whole number of at least \(minimum)"
                    + " and at most \(maximum).")
        }
        return number
    }

    /// A query parameter as a time: seconds since 1970, up to the end of the year 9999, which
    /// PostgreSQL's times reach in any case.
    package func time(_ name: String) throws -> Int64? {
        try number(name, minimum: 0, maximum: 253_402_300_799)
    }

    /// Whether a query parameter says yes: `1` or `true`.
    package func flag(_ name: String) -> Bool {
        ["1", "true"].contains(request.query[name]?.lowercased() ?? "")
    }
}
