import Catalog
import Crypto
import FoundationEssentials
package import Logging
package import Passwords
import Postgres
package import SCGI
import Statements

/// Finds out who calls, with one statement for each request; who changes something may be remembered
/// instead, for the change to confirm.
package final class Authenticator {
    private let database: DatabaseSession
    private let isOn: Bool
    private let logger: Logger
    private let hasher: any PasswordHasher
    private let remembered: RememberedPasswords
    /// The roles that were read last, as they came: a worker's calls mostly have one caller's.
    private var lastRoles = (text: "{}", roles: [String: Role]())
    private var callers = RememberedCallers()
    /// As `APIService.waiting`: not more than half of the workers hash passwords at once.
    private let waiting: (() throws -> Response) throws -> Response?

    /// Failures in a row from which on a name, or an address, has to wait.
    private static let accountFailures = 5
    private static let addressFailures = 20

    /// - Parameter isOn: where it is not, everybody may do everything.
    package init(
        database: DatabaseSession, isOn: Bool, logger: Logger, hasher: any PasswordHasher,
        remembered: RememberedPasswords = RememberedPasswords(),
        waiting: @escaping (() throws -> Response) throws -> Response?
    ) {
        self.database = database
        self.isOn = isOn
        self.logger = logger
        self.hasher = hasher
        self.remembered = remembered
        self.waiting = waiting
    }

    /// Who makes a request to a route.
    ///
    /// - Parameter cluster: the name or id of the cluster in the path.
    /// - Throws: 401 for credentials that do not hold; 429 after too many of them; 503.
    package func caller(
        of request: Request, least: LeastRole, cluster: String?
    ) throws -> Caller {
        let cluster = cluster.flatMap { $0.unicodeScalars.contains("\0") ? nil : $0 }
        switch least {
        case .nobody: return Caller(identity: .nobody, clusterID: try resolve(cluster))
        case .agent: return Caller(identity: .agent, clusterID: try resolve(cluster))
        case .account, .role, .viewerOfAll, .adminOfAll: break
        }
        guard isOn else { return Caller(identity: .anonymous, clusterID: try resolve(cluster)) }
        switch Credentials(request) {
        case .none:
            throw try refusal("Log in, or send HTTP Basic or a Bearer token.")
        case .token(let hash):
            return try caller(hash: hash, cluster)
        case .password(let name, let password):
            return try caller(
                name: name, password: password, address: request.remoteAddress, cluster: cluster)
        }
    }

    /// Who makes a request to a route, and the rows that answer it where they came in the same message:
    /// for a session or token and a cluster that is named by its id. Whoever has no role on the cluster
    /// gets none of its rows.
    ///
    /// - Throws: as `caller(of:least:cluster:)`.
    func caller(
        of request: Request, least: LeastRole, cluster: String?, reading query: ClusterQuery?
    ) throws -> (caller: Caller, rows: Rows?) {
        guard isOn, let query, let cluster, PermittedClusters.isClusterID(cluster),
            case .token(let hash) = Credentials(request)
        else { return (try caller(of: request, least: least, cluster: cluster), nil) }
        let rows: [Rows]
        do {
            rows = try database.readAtOnce([
                AccessStatement.identifyReader.bound(.bytes(hash), .text(cluster)),
                query.bound(cluster: cluster),
            ])
        } catch let error as PostgresError where !error.isConnectionLost {
            // What is wrong with the statement is told by itself, to who may know.
            return (try caller(hash: hash, cluster), nil)
        }
        let caller = try caller(rows[0])
        return (caller, caller.clusterID == cluster ? rows[1] : nil)
    }

    /// Who showed the same session or token a moment ago and had a role on this cluster, which the path
    /// names by its id.
    func remembered(_ request: Request, cluster: String) -> RememberedCaller? {
        guard isOn, case .token(let hash) = Credentials(request) else { return nil }
        return callers.caller(hash: hash, clusterID: cluster)
    }

    /// Whose name and password these are.
    ///
    /// - Throws: as `caller(of:least:cluster:)`; a name that is not known is answered as a wrong
    ///   password is, after the same time.
    package func caller(
        name: String, password: String, address: String, cluster: String? = nil
    ) throws -> Caller {
        guard isOn else { return Caller(identity: .anonymous, clusterID: nil) }
        let name = name.unicodeScalars.contains("\0") ? "" : name
        let row = try database.read(
            AccessStatement.beginLogin, .text(name), .bytes(Self.subject("account", name)),
            .bytes(Self.subject("address", address)), .text(cluster))[0]
        let stored = row.optionalText(0)
        if let stored, remembered.knows(name: name, password: password, stored: stored) {
            return try caller(name, roles: row.text(1), clusterID: row.optionalText(2))
        }
        let seconds = try row.number(3)
        guard seconds == 0 else { throw Self.locked(Int(seconds)) }
        guard try isRight(password, stored), let stored else {
            try noteFailure(of: name, isKnown: stored != nil, address: address)
            throw try refusal("The user name or the password is wrong.")
        }
        remembered.remember(name: name, password: password, stored: stored)
        try forgetFailures(of: name)
        return try caller(name, roles: row.text(1), clusterID: row.optionalText(2))
    }

    /// Says in the log how to add the first account, where there is none.
    package func noteMissingAccounts() throws {
        guard isOn, try !database.read(AccessStatement.hasAccounts)[0].flag(0) else { return }
        logger.warning("nobody can log in: \(Self.firstAccount)")
    }

    private static let firstAccount =
        "There are no users yet; 'helenusctl user add NAME --role admin' makes the first."

    private func caller(hash: [UInt8], _ cluster: String?) throws -> Caller {
        if let cluster { callers.forget(hash: hash, clusterID: cluster) }
        let caller = try caller(
            database.read(AccessStatement.identify, .bytes(hash), .text(cluster)))
        if let cluster, caller.clusterID == cluster {
            callers.note(caller.identity, hash: hash, clusterID: cluster)
        }
        return caller
    }

    /// - Parameter rows: the one of who showed a session or token, if it is known.
    private func caller(_ rows: Rows) throws -> Caller {
        guard let row = rows.first else {
            throw try refusal("The session or token is not known or has expired.")
        }
        return try caller(row.text(0), roles: row.text(1), clusterID: row.optionalText(2))
    }

    /// - Parameter roles: JSON, as the database tells it at every call.
    private func caller(_ name: String, roles: String, clusterID: String?) throws -> Caller {
        if roles != lastRoles.text {
            let read = try JSONDecoder().decode([String: String].self, from: Data(roles.utf8))
            lastRoles = (roles, read.compactMapValues(Role.init(rawValue:)))
        }
        return Caller(
            identity: Identity(name: name, roles: lastRoles.roles), clusterID: clusterID)
    }

    private func resolve(_ cluster: String?) throws -> String? {
        guard let cluster else { return nil }
        return try database.read(AccessStatement.resolve, .text(cluster)).first?.optionalText(0)
    }

    private func isRight(_ password: String, _ stored: String?) throws -> Bool {
        var isRight = false
        let hashed = try waiting {
            let hash = stored.map { PasswordHash(stored: $0) } ?? .ofNobody
            isRight = try hasher.matches(password, hash)
            return .text("null")
        }
        guard hashed != nil else {
            throw APIError(
                status: 503, type: "ServiceUnavailable",
                message: "Too many passwords are checked at this moment.", retryAfter: 1)
        }
        return isRight
    }

    // MARK: - Failures

    private func noteFailure(of name: String, isKnown: Bool, address: String) throws {
        // What is no account's name may be a password that was typed in the wrong field.
        logger.warning(
            "failed login",
            metadata: ["user": "\(isKnown ? name : "(not known)")", "address": "\(address)"])
        try database.transaction(permitting: .all) { connection in
            for (kind, subject, limit) in [
                ("account", name, Self.accountFailures), ("address", address, Self.addressFailures),
            ] {
                try connection.run(
                    AccessStatement.noteFailure, .bytes(Self.subject(kind, subject)),
                    .number(limit))
            }
        }
    }

    private func forgetFailures(of name: String) throws {
        try database.transaction(permitting: .all) { connection in
            _ = try connection.run(
                AccessStatement.forgetFailures, .bytes(Self.subject("account", name)))
        }
    }

    private static func subject(_ kind: String, _ text: String) -> [UInt8] {
        Array(SHA256.hash(data: Data("\(kind):\(text)".utf8)))
    }

    private static func locked(_ seconds: Int) -> APIError {
        APIError(
            status: 429, type: "TooManyRequests",
            message: "Too many logins have failed for this user or from this address.",
            retryAfter: seconds)
    }

    private func refusal(_ message: String) throws -> APIError {
        let hasAccounts = try database.read(AccessStatement.hasAccounts)[0].flag(0)
        return .notAuthenticated(hasAccounts ? message : Self.firstAccount)
    }
}
