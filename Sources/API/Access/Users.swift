import Catalog
import FoundationEssentials
import Passwords
import Postgres
import SCGI

/// `users`: accounts, their roles and passwords.
enum Users {
    /// All accounts, `{name: {"role", "clusters"}}`: the role on all clusters, and others by cluster.
    static func list(_ call: Call) throws -> Response {
        try call.onAccounts { accounts in try described(accounts.list()) }
    }

    /// One account; everybody may see their own.
    static func show(_ call: Call) throws -> Response {
        let name = try name(call)
        guard call.identity.isAdminOfAll || call.identity.name == name else {
            throw APIError.notAuthorized("Only an admin of all clusters sees other users.")
        }
        return try call.onAccounts { accounts in
            guard let roles = try decoded(accounts.list(name))[name] else { throw noSuch(name) }
            return .text(try description(roles).encoded())
        }
    }

    /// Adds an account: `password`, and `role` (everywhere) or `clusters` (`{cluster id: role}`).
    static func add(_ call: Call) throws -> Response {
        let name = try name(call)
        let fields = try call.body()
        guard let password = try fields.text("password") else {
            throw APIError.invalid("password: is missing.")
        }
        let roles = try roles(fields)
        let hash = try Self.hash(password, call)
        return try call.onAccounts { accounts in
            guard try accounts.add(name, passwordHash: hash) else {
                throw APIError.conflict("There is a user '\(name)' already.")
            }
            try set(roles ?? [:], of: name, accounts)
            return try .string(name, status: 201)
        }
    }

    /// Changes a password (with `old_password`, but for an admin's changes of others) or, an admin
    /// of all clusters, the roles.
    static func change(_ call: Call) throws -> Response {
        let name = try name(call)
        let fields = try call.body()
        let isOwn = call.identity.name == name
        guard isOwn || call.identity.isAdminOfAll else {
            throw APIError.notAuthorized("Only an admin of all clusters changes other users.")
        }
        let roles = try roles(fields)
        guard roles == nil || call.identity.isAdminOfAll else {
            throw APIError.notAuthorized("Only an admin of all clusters changes roles.")
        }
        let password = try fields.text("password")
        if password != nil, isOwn { try check(try fields.text("old_password"), call) }
        let hash = try password.map { try Self.hash($0, call) }
        return try call.onAccounts { accounts in
            guard try accounts.passwordHash(of: name) != nil else { throw noSuch(name) }
            if let hash { _ = try accounts.setPassword(of: name, hash: hash) }
            if let roles { try set(roles, of: name, accounts) }
            return try .string(name)
        }
    }

    static func remove(_ call: Call) throws -> Response {
        let name = try name(call)
        return try call.onAccounts { accounts in
            guard try accounts.remove(name) else { throw noSuch(name) }
            try requireAdmin(accounts)
            return .text("null")
        }
    }

    /// The old password is checked as a login is, with the same lock after failures.
    private static func check(_ old: String?, _ call: Call) throws {
        guard let old else { throw APIError.invalid("old_password: is missing.") }
        do {
            _ = try call.service.authenticator.caller(
                name: call.identity.name, password: old, address: call.request.remoteAddress)
        } catch let error as APIError where error.status == 401 {
            throw APIError.notAuthorized("old_password: is wrong.")
        }
    }

    private static func set(
        _ roles: [String: Role], of name: String, _ accounts: Accounts
    ) throws {
        if let unknown = try accounts.setRoles(of: name, roles).first {
            throw APIError.noSuchCluster(unknown)
        }
        try requireAdmin(accounts)
    }

    private static func requireAdmin(_ accounts: Accounts) throws {
        guard try accounts.haveAdmin() else {
            throw APIError.conflict("Nobody would be left who is an admin of all clusters.")
        }
    }

    /// `nil` where the body says nothing of roles.
    private static func roles(_ fields: Fields) throws -> [String: Role]? {
        guard fields.has("role") || fields.has("clusters") else { return nil }
        var roles: [String: Role] = [:]
        if let text = try fields.text("role") { roles[Accounts.allClusters] = try role(text) }
        if fields.has("clusters") {
            let clusters = try fields.section("clusters")
            for cluster in clusters.members.keys where cluster != Accounts.allClusters {
                roles[cluster] = try role(clusters.text(cluster) ?? "")
            }
        }
        return roles
    }

    private static func role(_ text: String) throws -> Role {
        // The original knew admin and user.
        guard let role = text == "user" ? .viewer : Role(rawValue: text) else {
            throw APIError.invalid(
                "role: got '\(text)', accepted are viewer, operator and admin.")
        }
        return role
    }

    private static func hash(_ password: String, _ call: Call) throws -> String {
        guard (8...1_024).contains(password.utf8.count) else {
            throw APIError.invalid("password: accepted are 8 to 1,024 bytes.")
        }
        return try call.service.hasher.hash(password).text
    }

    private static func name(_ call: Call) throws -> String {
        let name = call.argument("name")
        guard Accounts.isName(name) else {
            throw APIError.invalid(
                "name: accepted are 1 to 100 ASCII letters, digits, '_', '.', '@' and '-'.")
        }
        return name
    }

    private static func noSuch(_ name: String) -> APIError {
        APIError.noSuch("User", "There is no user '\(name)'.")
    }

    private static func decoded(_ json: String) throws -> [String: JSONValue] {
        guard case .object(let accounts) = try JSONValue(parsing: json.utf8) else {
            throw PostgresError(sqlstate: "22000", message: "The stored accounts are no object.")
        }
        return accounts
    }

    private static func described(_ json: String) throws -> Response {
        .text(try JSONValue.object(decoded(json).mapValues(description)).encoded())
    }

    private static func description(_ roles: JSONValue) -> JSONValue {
        guard case .object(var clusters) = roles else { return .null }
        let everywhere = clusters.removeValue(forKey: Accounts.allClusters) ?? .null
        return .object(["role": everywhere, "clusters": .object(clusters)])
    }
}
