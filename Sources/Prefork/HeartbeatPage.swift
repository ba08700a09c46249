import CLinux

/// Memory that the master and its workers share: a line of 64 bytes for each worker, in which it
/// says what it is doing and since when.
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
    private static let count = (slots + 1) * lineWords

    /// The memory's descriptor, close-on-exec.
    package var descriptor: Int32 { memory.descriptor }
    private let memory: SharedWords
    private var words: UnsafeMutablePointer<UInt64> { memory.start }

    /// New memory, all lines empty.
    package init() throws(PreforkError) {
        memory = try SharedWords("heartbeat", count: Self.count, format: Self.format)
    }

    /// Memory that another process made.
    package init(attaching descriptor: Int32) throws(PreforkError) {
        memory = try SharedWords(
            "heartbeat", count: Self.count, format: Self.format, attaching: descriptor)
    }

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
}
