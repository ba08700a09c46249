import Synchronization

/// Why a running job's task is cancelled: because somebody called the job off, or because this
/// process must let go of it.
package final class StopReason: Sendable {
    private let calledOff: Mutex<Bool>

    /// - Parameter isCalledOff: whether the job was called off before it was claimed.
    package init(isCalledOff: Bool) {
        calledOff = Mutex(isCalledOff)
    }

    /// Whether what the job does on the agents is to end as well.
    package var isCalledOff: Bool { calledOff.withLock { $0 } }

    package func callOff() {
        calledOff.withLock { $0 = true }
    }
}
