import ArgumentParser
import Catalog

/// What a user may do, and on which clusters.
struct RoleOptions: ParsableArguments {
    @Option(help: "viewer, operator or admin of every cluster.")
    var role: String?

    @Option(help: "CLUSTER=ROLE: a role on one cluster; may be given again.")
    var cluster: [String] = []

    /// The roles by a cluster's id or `*`.
    ///
    /// - Throws: `ValidationError` for what is no role, and no `CLUSTER=ROLE`.
    func byScope() throws -> [String: Role] {
        var roles: [String: Role] = [:]
        if let role { roles[Accounts.allClusters] = try Self.role(role) }
        for text in cluster {
            guard let equals = text.firstIndex(of: "="), text[..<equals] != "*" else {
                throw ValidationError("\(text): accepted is CLUSTER=ROLE")
            }
            roles[String(text[..<equals])] = try Self.role(
                String(text[text.index(after: equals)...]))
        }
        return roles
    }

    /// Gives a user these roles and no other.
    ///
    /// - Throws: `ValidationError` for a cluster that is not there.
    static func give(_ roles: [String: Role], to name: String, _ accounts: Accounts) throws {
        if let unknown = try accounts.setRoles(of: name, roles).first {
            throw ValidationError("there is no cluster \(unknown)")
        }
    }

    private static func role(_ text: String) throws -> Role {
        guard let role = Role(rawValue: text) else {
            throw ValidationError("\(text): accepted are viewer, operator and admin")
        }
        return role
    }
}
