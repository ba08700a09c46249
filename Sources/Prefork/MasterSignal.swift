import Glibc

/// The signals that the master understands.
package enum MasterSignal: Sendable, CaseIterable {
    /// TERM and QUIT: requests in hand are answered, then all end.
    case stop
    /// INT: all end at once.
    case stopFast
    /// HUP: read the settings again and replace the workers.
    case reload
    /// USR2: replace the binary.
    case replace
    /// TTIN: one worker more.
    case more
    /// TTOU: one worker fewer.
    case fewer

    /// Every signal that the master waits for, SIGCHLD with them.
    static let numbers: [Int32] = [
        SIGTERM, SIGQUIT, SIGINT, SIGHUP, SIGUSR2, SIGTTIN, SIGTTOU, SIGCHLD,
    ]

    /// `nil` for a signal that the master does not understand.
    init?(number: Int32) {
        switch number {
        case SIGTERM, SIGQUIT: self = .stop
        case SIGINT: self = .stopFast
        case SIGHUP: self = .reload
        case SIGUSR2: self = .replace
        case SIGTTIN: self = .more
        case SIGTTOU: self = .fewer
        default: return nil
        }
    }
}
