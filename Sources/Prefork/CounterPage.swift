import CLinux

/// Numbers that the master and all its workers add to, in memory that they share. They begin at 0
/// with the master, also with a new binary (USR2).
package final class CounterPage {
    /// What the master counts.
    package enum Happening: Int, Sendable, CaseIterable {
        /// A worker was started.
        case start = 1
        /// A worker ended otherwise than it was told to, or than by itself with status 0.
        case crash = 2
        /// A worker was killed because it had a request in hand for longer than it may.
        case timeout = 3
    }

    /// How many numbers the service has for itself.
    package static let count = words - reserved
    private static let words = 8_192
    /// The first line: the page's format, and what the master counts.
    private static let reserved = 8
    private static let format: UInt64 = 0x4845_4C43_0001

    /// The memory's descriptor, close-on-exec.
    package var descriptor: Int32 { memory.descriptor }
    private let memory: SharedWords
    private var start: UnsafeMutablePointer<UInt64> { memory.start }

    /// New memory, all numbers 0.
    package init() throws(PreforkError) {
        memory = try SharedWords("counters", count: Self.words, format: Self.format)
    }

    /// Memory that another process made.
    package init(attaching descriptor: Int32) throws(PreforkError) {
        memory = try SharedWords(
            "counters", count: Self.words, format: Self.format, attaching: descriptor)
    }

    /// Adds to one of the service's numbers.
    package func add(_ amount: UInt64, to index: Int) {
        linux_add(place(of: index), amount)
    }

    /// One of the service's numbers.
    package func value(of index: Int) -> UInt64 { linux_load(place(of: index)) }

    /// How often that has happened.
    package func count(of happening: Happening) -> UInt64 {
        linux_load(start + happening.rawValue)
    }

    func note(_ happening: Happening) { linux_add(start + happening.rawValue, 1) }

    private func place(of index: Int) -> UnsafeMutablePointer<UInt64> {
        precondition((0..<Self.count).contains(index), "no such counter")
        return start + Self.reserved + index
    }
}
