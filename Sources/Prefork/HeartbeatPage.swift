import CLinux
import Glibc

/// Memory that the master and its workers share: a line of 64 bytes for each worker, in which it
/// says what it is doing and since when. It has no name in any file system.
///
/// Words of a line: phase (8 bits) and time (56 bits, milliseconds), process id, requests served.
/// The first line holds the page's format and the number of workers wanted.
package final class HeartbeatPage {
    /// What a worker is doing.
    package enum Phase: UInt64, Sendable {
        /// Nothing is known of it yet.
        case starting = 0
        /// It waits for a connection.
        case idle = 1
        /// It has a connection in hand.
        case busy = 2
    }

    /// The most workers at one time, old and new ones counted.
    package static let slots = 511
    private static let format: UInt64 = 0x4845_4C42_0001
    private static let lineWords = 8
    private static let size = (slots + 1) * lineWords * 8

    /// The memory's descriptor, close-on-exec.
    package let descriptor: Int32
    private let words: UnsafeMutablePointer<UInt64>

    /// New memory, all lines empty.
    package init() throws(PreforkError) {
        let made = memfd_create("heartbeat", linux_memfd_cloexec)
        guard made >= 0 else { throw .system("memfd_create", "heartbeat") }
        defer { close(made) }
        guard ftruncate(made, off_t(Self.size)) == 0 else {
            throw .system("ftruncate", "heartbeat")
        }
        descriptor = try Descriptor.aside(made)
        words = try Self.map(descriptor)
        linux_store(words, Self.format)
    }

    /// Memory that another process made.
    package init(attaching descriptor: Int32) throws(PreforkError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == off_t(Self.size) else {
            throw PreforkError(.badHandover, "heartbeat", "The memory has not the size expected.")
        }
        self.descriptor = descriptor
        words = try Self.map(descriptor)
        Descriptor.setCloseOnExec(descriptor, true)
        guard linux_load(words) == Self.format else {
            munmap(words, Self.size)
            throw PreforkError(.badHandover, "heartbeat", "The memory has another format.")
        }
    }

    deinit { munmap(words, Self.size) }

    /// How many workers are wanted at present.
    package var wantedWorkers: Int {
        get { Int(linux_load(words + 1)) }
        set { linux_store(words + 1, UInt64(max(0, newValue))) }
    }

    /// Empties a line: its worker is about to start, or has ended.
    package func clear(slot: Int, at now: Milliseconds) {
        beat(slot: slot, phase: .starting, at: now)
        linux_store(line(slot) + 1, 0)
        linux_store(line(slot) + 2, 0)
    }

    /// The worker of this slot says what it is doing.
    package func beat(slot: Int, phase: Phase, at now: Milliseconds) {
        linux_store(line(slot), phase.rawValue << 56 | UInt64(max(0, now)))
    }

    /// The worker of this slot says who it is, and how many requests it has served.
    package func describe(slot: Int, pid: Int32, served: Int) {
        linux_store(line(slot) + 1, UInt64(pid))
        linux_store(line(slot) + 2, UInt64(served))
    }

    /// What the worker of this slot last said, and when.
    package func lastBeat(slot: Int) -> (phase: Phase, at: Milliseconds) {
        let word = linux_load(line(slot))
        return (Phase(rawValue: word >> 56) ?? .starting, Milliseconds(word & (1 << 56 - 1)))
    }

    /// How many workers serve, by what they last said.
    package var census: WorkerCensus {
        var census = WorkerCensus(wanted: wantedWorkers, idle: 0, busy: 0)
        for slot in 0..<Self.slots where linux_load(line(slot) + 1) != 0 {
            switch lastBeat(slot: slot).phase {
            case .starting: break
            case .idle: census.idle += 1
            case .busy: census.busy += 1
            }
        }
        return census
    }

    private func line(_ slot: Int) -> UnsafeMutablePointer<UInt64> {
        precondition((0..<Self.slots).contains(slot), "no such heartbeat slot")
        return words + (slot + 1) * Self.lineWords
    }

    private static func map(
        _ descriptor: Int32
    ) throws(PreforkError) -> UnsafeMutablePointer<UInt64> {
        let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw .system("mmap", "heartbeat") }
        return address.assumingMemoryBound(to: UInt64.self)
    }
}
