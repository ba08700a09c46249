import CStatx
package import SystemPackage

/// What tells one content of one file from another without reading it.
///
/// The time of change is not part of it, because every new hard link, which is what a snapshot is,
/// changes that.
package struct FileIdentity: Sendable, Hashable {
    package var device: UInt64
    package var inode: UInt64
    /// Bytes.
    package var size: UInt64
    /// Nanoseconds since 1970.
    package var modified: Int64
    /// Nanoseconds since 1970; 0 where the file system keeps no time of birth.
    package var born: Int64

    package init(device: UInt64, inode: UInt64, size: UInt64, modified: Int64, born: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.born = born
    }

    /// Of a regular file; a symbolic link is not followed.
    ///
    /// - Throws: `Errno`; `.invalidArgument` where it is no regular file.
    package init(path: String) throws(Errno) {
        var found = helenus_statx()
        let code = helenus_statx_path(path, &found)
        guard code == 0 else { throw Errno(rawValue: code) }
        try self.init(found)
    }

    /// Of an open regular file.
    package init(descriptor: FileDescriptor) throws(Errno) {
        var found = helenus_statx()
        let code = helenus_statx_descriptor(descriptor.rawValue, &found)
        guard code == 0 else { throw Errno(rawValue: code) }
        try self.init(found)
    }

    private init(_ found: helenus_statx) throws(Errno) {
        guard found.mode & 0o170000 == 0o100000 else { throw Errno.invalidArgument }
        self.init(
            device: found.device, inode: found.inode, size: found.size,
            modified: found.modified_ns, born: found.born_ns)
    }
}
