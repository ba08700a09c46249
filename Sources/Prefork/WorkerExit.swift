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

    package var description: String {
        switch self {
        case .code(let code): "status \(code)"
        case .signal(let number): "signal \(number)"
        }
    }
}
