import CLinux
import Glibc

/// Numbers that the master and all its workers add to, in memory that they share. They begin at 0
/// with the master, also with a new binary (USR2). It has no name in any file system.
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
    private static let size = words * 8

    /// The memory's descriptor, close-on-exec.
    package let descriptor: Int32
    private let memory: UnsafeMutablePointer<UInt64>

    /// New memory, all numbers 0.
    package init() throws(PreforkError) {
        let made = memfd_create("counters", linux_memfd_cloexec)
        guard made >= 0 else { throw .system("memfd_create", "counters") }
        defer { close(made) }
        guard ftruncate(made, off_t(Self.size)) == 0 else { throw .system("ftruncate", "counters") }
        descriptor = try Descriptor.aside(made)
        memory = try Self.map(descriptor)
        linux_store(memory, Self.format)
    }

    /// Memory that another process made.
    package init(attaching descriptor: Int32) throws(PreforkError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == off_t(Self.size) else {
            throw PreforkError(.badHandover, "counters", "The memory has not the size expected.")
        }
        self.descriptor = descriptor
        memory = try Self.map(descriptor)
        Descriptor.setCloseOnExec(descriptor, true)
        guard linux_load(memory) == Self.format else {
            munmap(memory, Self.size)
            throw PreforkError(.badHandover, "counters", "The memory has another format.")
        }
    }

    deinit { munmap(memory, Self.size) }

    /// Adds to one of the service's numbers.
    package func add(_ amount: UInt64, to index: Int) {
        linux_add(place(of: index), amount)
    }

    /// One of the service's numbers.
    package func value(of index: Int) -> UInt64 { linux_load(place(of: index)) }

    /// How often that has happened.
    package func count(of happening: Happening) -> UInt64 {
        linux_load(memory + happening.rawValue)
    }

    func note(_ happening: Happening) { linux_add(memory + happening.rawValue, 1) }

    private func place(of index: Int) -> UnsafeMutablePointer<UInt64> {
        precondition((0..<Self.count).contains(index), "no such counter")
        return memory + Self.reserved + index
    }

    private static func map(
        _ descriptor: Int32
    ) throws(PreforkError) -> UnsafeMutablePointer<UInt64> {
        let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw .system("mmap", "counters") }
        return address.assumingMemoryBound(to: UInt64.self)
    }
}
