import CLinux
import Glibc

/// How many processes may do a thing at once: one byte of a file for each, locked by the process
/// that has it (an open-file-description lock). The kernel frees it when its holder dies.
///
/// Not for use by several threads of one process: the locks are the open file's, not the thread's.
package final class WaitingSlots {
    private let descriptor: Int32
    private let slots: () -> Int

    /// Locks in a file, which is made if it is not there. Every process opens it for itself.
    ///
    /// - Parameter slots: how many may be taken at once.
    package init(path: String, slots: @autoclosure @escaping () -> Int) throws(PreforkError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o660)
        guard descriptor >= 0 else { throw .system("open", path) }
        self.slots = slots
    }

    deinit { close(descriptor) }

    /// Runs the body while holding a slot.
    ///
    /// - Returns: `nil`, at once and without running the body, when all slots are taken.
    package func withSlot<Result>(_ body: () throws -> Result) throws -> Result? {
        guard let slot = try take() else { return nil }
        defer { set(slot, F_UNLCK) }
        return try body()
    }

    /// Takes a free slot, to be released with ``release(_:)``; `nil` when all are taken.
    package func take() throws(PreforkError) -> Int? {
        for slot in 0..<slots() {
            if set(slot, F_WRLCK) == 0 { return slot }
            guard errno == EAGAIN || errno == EACCES || errno == EINTR else {
                throw .system("fcntl", "waiting slot \(slot)")
            }
        }
        return nil
    }

    /// Gives a slot back.
    package func release(_ slot: Int) {
        set(slot, F_UNLCK)
    }

    @discardableResult
    private func set(_ slot: Int, _ kind: Int32) -> Int32 {
        var lock = flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(slot)
        lock.l_len = 1
        return fcntl(descriptor, linux_ofd_set_lock, &lock)
    }
}
