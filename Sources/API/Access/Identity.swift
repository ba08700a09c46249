package import Catalog
package import Postgres

/// Who calls, and what they may do where.
package struct Identity: Sendable, Hashable {
    /// The account's name, for the audit log.
    package let name: String
    /// By a cluster's id, or `*` for all clusters.
    package let roles: [String: Role]

    package init(name: String, roles: [String: Role]) {
        self.name = name
        self.roles = roles
    }

    /// Everybody, where authentication is off.
    package static let anonymous = Identity(
        name: "anonymous", roles: [Accounts.allClusters: .admin])
    /// Who needs no account to call.
    package static let nobody = Identity(name: "nobody", roles: [:])
    /// An agent with its own credentials.
    package static let agent = Identity(name: "agent", roles: [:])

    package var isAdminOfAll: Bool { roles[Accounts.allClusters] == .admin }

    /// The higher of what it may everywhere and what it may there; `nil` where it may nothing.
    package func role(on clusterID: String) -> Role? {
        [roles[Accounts.allClusters], roles[clusterID]].compactMap(\.self).max()
    }

    /// The clusters on which it has at least this role.
    package func clusters(atLeast role: Role) -> PermittedClusters {
        if let everywhere = roles[Accounts.allClusters], everywhere >= role { return .all }
        return .these(roles.filter { $0.value >= role }.keys.sorted())
    }

    /// Whether it may use a route of this kind.
    ///
    /// - Parameter clusterID: the cluster that the path names, where it names one.
    package func may(_ least: LeastRole, on clusterID: String?) -> Bool {
        switch least {
        case .nobody, .agent, .account: true
        case .viewerOfAll: roles[Accounts.allClusters] != nil
        case .adminOfAll: isAdminOfAll
        case .role(let role):
            if let clusterID {
                self.role(on: clusterID).map { $0 >= role } ?? false
            } else {
                roles.values.contains { $0 >= role }
            }
        }
    }
}
