/// Why a call to an agent brought no answer that can be used.
package enum AgentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answered, or the answer broke off. The same call may succeed later.
    case unreachable(url: String, reason: String)
    /// The agent answered and will not do it: a wrong secret, an old epoch, a malformed order.
    case refused(url: String, status: Int, message: String)
    /// The agent knows no operation of this id.
    case unknownOperation(id: String)
    /// The answer is not what the protocol says.
    case unreadable(url: String, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let url, let reason): "the agent at \(url) does not answer: \(reason)"
        case .refused(let url, let status, let message):
            "the agent at \(url) refused (\(status)): \(message)"
        case .unknownOperation(let id): "the agent knows no operation \(id)"
        case .unreadable(let url, let reason):
            "the answer of the agent at \(url) cannot be read: \(reason)"
        }
    }
}
