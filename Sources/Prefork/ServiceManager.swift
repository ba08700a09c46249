import CLinux
import Glibc

/// The service manager that started this process, if one did (`sd_notify(3)`,
/// `sd_listen_fds(3)`, `sd_watchdog_enabled(3)`): by the environment that it set.
package struct ServiceManager: Sendable {
    private let notifySocket: String?
    /// How often it wants to hear that the process lives; `nil` if it does not ask.
    package let watchdogInterval: Milliseconds?
    /// A listening socket that it opened.
    package let listeningSocket: Int32?

    /// Reads the environment of this process.
    package init() {
        let pid = String(getpid())
        notifySocket = Self.variable("NOTIFY_SOCKET")
        let isWatched = Self.variable("WATCHDOG_PID").map { $0 == pid } ?? true
        let microseconds = Self.variable("WATCHDOG_USEC").flatMap(Int64.init) ?? 0
        watchdogInterval = isWatched && microseconds > 0 ? max(1, microseconds / 2_000) : nil
        let count = Self.variable("LISTEN_FDS").flatMap(Int.init) ?? 0
        let isOurs = Self.variable("LISTEN_PID") == pid
        listeningSocket = isOurs && count > 0 ? 3 : nil
    }

    /// The variables that are for the master only.
    static let variables = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS",
        "LISTEN_FDNAMES",
    ]

    /// Tells it; nothing happens without a service manager.
    ///
    /// - Throws: when it cannot be told, which is worth a line in the log and no more.
    package func notify(_ notification: ServiceNotification) throws(PreforkError) {
        guard let notifySocket else { return }
        let address = try UnixAddress(path: notifySocket)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .system("socket", notifySocket) }
        defer { close(descriptor) }
        let text = Array(notification.text(microseconds: MonotonicClock.microseconds).utf8)
        let sent = address.withSockaddr {
            sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, $1)
        }
        guard sent == text.count else { throw .system("sendto", notifySocket) }
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
