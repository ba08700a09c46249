import Synchronization
import SystemPackage

/// Room on the node's disk for files while they are compressed and sent. It never goes below the
/// space that the node's own data is to have.
package final class SpoolRoom: Sendable {
    /// Where the files lie, without names.
    package let folder: String
    private let floor: Int64
    private let promised = Mutex<Int64>(0)

    /// - Parameter floor: bytes that stay free.
    package init(folder: String, floor: Int64) {
        self.folder = folder
        self.floor = floor
    }

    /// Does what needs so much room at most.
    ///
    /// - Returns: what `work` returns; `nil`, without doing it, where there is not so much room.
    /// - Throws: `Errno`; what `work` throws.
    func with<Result>(_ bytes: Int64, _ work: () async throws -> Result?) async throws -> Result? {
        guard try promise(bytes) else { return nil }
        defer { promised.withLock { $0 -= bytes } }
        return try await work()
    }

    private func promise(_ bytes: Int64) throws -> Bool {
        let free = try FileSystemSpace(path: folder).freeBytes
        return promised.withLock { promised in
            guard free - promised - bytes >= floor else { return false }
            promised += bytes
            return true
        }
    }
}
