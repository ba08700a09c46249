import Glibc

/// Tells one content of a file from another without reading it, where files are replaced whole.
struct FileVersion: Hashable, Sendable {
    private let device: UInt
    private let inode: UInt
    private let size: Int
    private let seconds: Int
    private let nanoseconds: Int

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }

    /// The version that lies there now.
    init(of path: String) throws(SealingError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .unreadable(path) }
        self.init(status)
    }
}
