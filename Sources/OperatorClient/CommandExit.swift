/// What a command's exit status says to scripts. Those from 64 on are of `sysexits.h`.
package enum CommandExit: Int32, Sendable, Hashable {
    case success = 0
    /// The request that was waited for ended in error.
    case failed = 1
    /// It ended, but not for all nodes, tables or destinations.
    case partial = 2
    /// Somebody cancelled it.
    case cancelled = 3
    /// The service refused what was asked (400).
    case refused = 65
    /// What was named is not there (404).
    case notFound = 66
    /// The service, or its database, does not answer, or failed.
    case unavailable = 69
    /// The state of things forbids it now (409), or it was asked too often (429).
    case tryLater = 75
    /// Who calls is unknown, or may not do this (401, 403).
    case notPermitted = 77
    /// Settings are wrong.
    case misconfigured = 78

    /// - Parameter state: in which a request ended.
    package init(state: String) {
        switch state {
        case "success": self = .success
        case "partial": self = .partial
        case "cancelled": self = .cancelled
        default: self = .failed
        }
    }
}
