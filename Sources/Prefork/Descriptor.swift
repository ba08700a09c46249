import Glibc

/// Flags and places of file descriptors.
enum Descriptor {
    /// The listening socket in a worker.
    static let socket: Int32 = 3
    /// The heartbeat page in a worker.
    static let heartbeat: Int32 = 4

    /// The counters in a worker.
    static let counters: Int32 = 5

    /// Whether the descriptor outlives `exec`.
    static func setCloseOnExec(_ descriptor: Int32, _ on: Bool) {
        let flags = fcntl(descriptor, F_GETFD)
        _ = fcntl(descriptor, F_SETFD, on ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC)
    }

    /// Calls that would wait answer `EAGAIN`.
    static func setNonBlocking(_ descriptor: Int32) throws(PreforkError) {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw .system("fcntl", "descriptor \(descriptor)")
        }
    }

    /// A duplicate at 10 or above, close-on-exec, out of the way of the fixed ones.
    static func aside(_ descriptor: Int32) throws(PreforkError) -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 10)
        guard copy >= 0 else { throw .system("fcntl", "descriptor \(descriptor)") }
        return copy
    }
}
