package import Catalog

/// Who may use a route.
package enum LeastRole: Sendable, Hashable {
    /// Everybody, without credentials.
    case nobody
    /// An agent, whose own credentials the route checks.
    case agent
    /// Whoever has an account.
    case account
    /// An account with this role on the cluster that the path names; where it names none, on any
    /// cluster, and the call then sees no other clusters than those.
    case role(Role)
    /// A viewer of all clusters.
    case viewerOfAll
    /// An admin of all clusters.
    case adminOfAll

    /// Whether its calls count towards a tenant's requests per minute. Those of who runs the service
    /// do not: they watch it, and raise the limits.
    var isCounted: Bool {
        switch self {
        case .nobody, .agent, .viewerOfAll, .adminOfAll: false
        case .account, .role: true
        }
    }

    /// What it takes, for messages.
    var sentence: String {
        switch self {
        case .nobody: "nothing"
        case .agent: "an agent's credentials"
        case .account: "an account"
        case .role(let role): "the role \(role.rawValue)"
        case .viewerOfAll: "the role viewer on all clusters"
        case .adminOfAll: "the role admin on all clusters"
        }
    }

    package static let viewer = LeastRole.role(.viewer)
    package static let `operator` = LeastRole.role(.operator)
    package static let admin = LeastRole.role(.admin)
}
