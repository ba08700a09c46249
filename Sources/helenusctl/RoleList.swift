import ArgumentParser
import Catalog

/// The roles that options give, by a cluster's id or `*`.
struct RoleList {
    let roles: [String: Role]

    /// - Parameters:
    ///   - role: on every cluster.
    ///   - clusters: each `CLUSTER=ROLE`.
    init(role: String?, clusters: [String]) throws {
        var roles: [String: Role] = [:]
        if let role { roles[Accounts.allClusters] = try Self.role(role) }
        for text in clusters {
            guard let equals = text.firstIndex(of: "="), text[..<equals] != "*" else {
                throw ValidationError("\(text): accepted is CLUSTER=ROLE")
            }
            roles[String(text[..<equals])] = try Self.role(
                String(text[text.index(after: equals)...]))
        }
        self.roles = roles
    }

    private static func role(_ text: String) throws -> Role {
        guard let role = Role(rawValue: text) else {
            throw ValidationError("\(text): accepted are viewer, operator and admin")
        }
        return role
    }
}
