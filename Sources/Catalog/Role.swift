/// What an account may do on a cluster. Each role may what the one before it may.
package enum Role: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Sees everything, changes nothing.
    case viewer
    /// Backs up, restores, deletes backups, and changes destinations and schedules.
    case `operator`
    /// Changes the cluster's configuration, reads its audit log.
    case admin

    package static func < (one: Role, other: Role) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
