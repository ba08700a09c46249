import CLinux
import Glibc

/// How many processes may do a thing at once: one byte of a file for each, locked by the process
/// that has it (an open-file-description lock). The kernel frees it when its holder dies.
///
/// Who takes a slot for somebody locks a byte of his too, so that it is known how many slots each
/// has. Nobody gets more than are still free: alone he has half of them, two have a third each,
/// and as long as there are more slots than takers one is left for the next.
///
/// Not for use by several threads of one process: the locks are the open file's, not the thread's.
package final class WaitingSlots {
    private let descriptor: Int32
    private let slots: () -> Int

    /// The byte that is locked while slots are counted.
    private static let counting = 1 << 16
    /// From here on every taker has as many bytes as there can be slots.
    private static let takers = 1 << 20

    /// What became of a body that was to run while holding a slot.
    package enum Outcome<Result> {
        case ended(Result)
        /// It did not run: all slots are taken.
        case allTaken
        /// It did not run: the taker has his share.
        case shareTaken
    }

    /// A slot that is held, and the byte of the taker where there is one.
    package struct Held: Sendable, Hashable {
        fileprivate var slot: Int
        fileprivate var share: Int?
    }

    /// Locks in a file, which is made if it is not there. Every process opens it for itself.
    ///
    /// - Parameter slots: how many may be taken at once.
    package init(path: String, slots: @autoclosure @escaping () -> Int) throws(PreforkError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o660)
        guard descriptor >= 0 else { throw .system("open", path) }
        self.slots = slots
    }

    deinit { close(descriptor) }

    /// Runs the body while holding a slot; at once it is said where there is none.
    ///
    /// - Parameter taker: for whom; `nil` for nobody in particular, who may take any that is free.
    package func withSlot<Result>(
        of taker: String? = nil, _ body: () throws -> Result
    ) throws -> Outcome<Result> {
        let held: Held
        switch try take(for: taker) {
        case .ended(let taken): held = taken
        case .allTaken: return .allTaken
        case .shareTaken: return .shareTaken
        }
        defer { release(held) }
        return .ended(try body())
    }

    /// Takes a free slot, to be released with ``release(_:)``.
    package func take(for taker: String? = nil) throws(PreforkError) -> Outcome<Held> {
        try lock(Self.counting, waiting: true)
        defer { set(Self.counting, F_UNLCK) }
        let all = 0..<slots()
        guard let slot = try takeFirst(of: all) else { return .allTaken }
        guard let taker else { return .ended(Held(slot: slot)) }
        let first = Self.firstByte(of: taker)
        let shares = first..<first + all.count
        // The slot that was just taken is no one else's, and counts as free.
        let free = all.count { !isTakenElsewhere($0) }
        guard shares.count(where: isTakenElsewhere) < free, let share = try takeFirst(of: shares)
        else {
            set(slot, F_UNLCK)
            return .shareTaken
        }
        return .ended(Held(slot: slot, share: share))
    }

    /// Gives a slot back.
    package func release(_ held: Held) {
        set(held.slot, F_UNLCK)
        if let share = held.share { set(share, F_UNLCK) }
    }

    /// The same in every process. Two whose names agree in 40 bits of their hash (FNV-1a) share.
    private static func firstByte(of taker: String) -> Int {
        let hash = taker.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return takers + Int(hash >> 24) * HeartbeatPage.slots
    }

    /// Locks the first byte that is free; `nil` when all are taken.
    private func takeFirst(of bytes: Range<Int>) throws(PreforkError) -> Int? {
        for byte in bytes where try lock(byte, waiting: false) { return byte }
        return nil
    }

    /// Answers whether the byte is locked now.
    @discardableResult
    private func lock(_ byte: Int, waiting: Bool) throws(PreforkError) -> Bool {
        let command = waiting ? linux_ofd_set_lock_wait : linux_ofd_set_lock
        while call(command, byte, F_WRLCK).status != 0 {
            guard errno != EINTR else { continue }
            guard !waiting, errno == EAGAIN || errno == EACCES else {
                throw .system("fcntl", "waiting slot \(byte)")
            }
            return false
        }
        return true
    }

    /// Whether another open file holds the byte.
    private func isTakenElsewhere(_ byte: Int) -> Bool {
        call(linux_ofd_get_lock, byte, F_WRLCK).lock.l_type != Int16(F_UNLCK)
    }

    private func set(_ byte: Int, _ kind: Int32) {
        _ = call(linux_ofd_set_lock, byte, kind)
    }

    private func call(
        _ command: Int32, _ byte: Int, _ kind: Int32
    ) -> (status: Int32, lock: flock) {
        var lock = flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(byte)
        lock.l_len = 1
        return (fcntl(descriptor, command, &lock), lock)
    }
}
