import CLinux
import Glibc

/// Memory of 64-bit words that the master and its workers share. It has no name in any file system;
/// the first word holds its format.
final class SharedWords {
    /// The memory's descriptor, close-on-exec.
    let descriptor: Int32
    /// The first word.
    let start: UnsafeMutablePointer<UInt64>
    private let size: Int

    /// New memory, all words but the first 0.
    ///
    /// - Parameters:
    ///   - name: for errors, and for those who look at the process.
    ///   - count: how many words.
    init(_ name: String, count: Int, format: UInt64) throws(PreforkError) {
        size = count * MemoryLayout<UInt64>.size
        let made = memfd_create(name, linux_memfd_cloexec)
        guard made >= 0 else { throw .system("memfd_create", name) }
        defer { close(made) }
        guard ftruncate(made, off_t(size)) == 0 else { throw .system("ftruncate", name) }
        descriptor = try Descriptor.aside(made)
        start = try Self.map(descriptor, size, name)
        linux_store(start, format)
    }

    /// Memory that another process made.
    init(
        _ name: String, count: Int, format: UInt64, attaching descriptor: Int32
    ) throws(PreforkError) {
        size = count * MemoryLayout<UInt64>.size
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == off_t(size) else {
            throw PreforkError(.badHandover, name, "The memory has not the size expected.")
        }
        self.descriptor = descriptor
        start = try Self.map(descriptor, size, name)
        Descriptor.setCloseOnExec(descriptor, true)
        guard linux_load(start) == format else {
            throw PreforkError(.badHandover, name, "The memory has another format.")
        }
    }

    deinit { munmap(start, size) }

    private static func map(
        _ descriptor: Int32, _ size: Int, _ name: String
    ) throws(PreforkError) -> UnsafeMutablePointer<UInt64> {
        let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw .system("mmap", name) }
        return address.assumingMemoryBound(to: UInt64.self)
    }
}
