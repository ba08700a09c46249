/// What a service tells its manager (`sd_notify(3)`).
package enum ServiceNotification: Sendable, Equatable {
    case ready
    case reloading
    case stopping
    case watchdog

    /// The message.
    func text(microseconds: Int64) -> String {
        switch self {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
        case .stopping: "STOPPING=1"
        case .watchdog: "WATCHDOG=1"
        }
    }
}
