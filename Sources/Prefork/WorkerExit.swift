import Glibc

/// How a process ended.
package enum WorkerExit: Sendable, Equatable, CustomStringConvertible {
    /// By itself, with this status.
    case code(Int32)
    /// By a signal.
    case signal(Int32)

    /// Reads the status that `waitpid` gives.
    init(waitStatus status: Int32) {
        let number = status & 0x7F
        self = number == 0 ? .code(status >> 8 & 0xFF) : .signal(number)
    }

    /// Whether nobody told it to, and it did not leave by itself either.
    var isCrash: Bool {
        switch self {
        case .code(let code): code != 0
        case .signal(let number): ![SIGTERM, SIGINT, SIGQUIT].contains(number)
        }
    }

    package var description: String {
        switch self {
        case .code(let code): "status \(code)"
        case .signal(let number): "signal \(number)"
        }
    }
}
