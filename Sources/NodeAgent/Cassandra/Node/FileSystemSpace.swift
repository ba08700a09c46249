import Glibc
package import SystemPackage

/// Space of the file systems that folders lie on.
package struct FileSystemSpace: Sendable, Hashable {
    /// Bytes that an ordinary process may still write.
    package var freeBytes: Int64
    /// Bytes.
    package var totalBytes: Int64
    /// Bytes.
    package var usedBytes: Int64
    /// Which file system it is.
    package var device: UInt64

    /// Of the file system that holds `path`.
    package init(path: String) throws(Errno) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { throw Errno(rawValue: errno) }
        var found = stat()
        guard stat(path, &found) == 0 else { throw Errno(rawValue: errno) }
        let block = Int64(space.f_frsize)
        freeBytes = Int64(space.f_bavail) * block
        totalBytes = Int64(space.f_blocks) * block
        usedBytes = totalBytes - Int64(space.f_bfree) * block
        device = UInt64(found.st_dev)
    }

    /// The sums over the file systems of all paths, each counted once.
    package static func total(
        of paths: [String]
    ) throws(Errno) -> (freeBytes: Int64, totalBytes: Int64, usedBytes: Int64) {
        var counted: Set<UInt64> = []
        var sums: (freeBytes: Int64, totalBytes: Int64, usedBytes: Int64) = (0, 0, 0)
        for path in paths {
            let space = try FileSystemSpace(path: path)
            guard counted.insert(space.device).inserted else { continue }
            sums.freeBytes += space.freeBytes
            sums.totalBytes += space.totalBytes
            sums.usedBytes += space.usedBytes
        }
        return sums
    }
}
