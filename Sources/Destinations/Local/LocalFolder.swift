import Foundation
import SystemPackage

/// An open folder, read entry by entry.
///
/// It is used by one thread at a time; whoever holds it sees to that.
package final class LocalFolder: @unchecked Sendable {
    package let path: String
    private let handle: OpaquePointer

    /// An entry's own name and what it is.
    package struct Entry {
        package var name: String
        package var isFolder: Bool
    }

    /// `nil` where there is no such folder.
    package init?(_ path: String) throws {
        self.path = path
        guard let handle = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "read the folder \(path)")
        }
        self.handle = handle
    }

    deinit {
        closedir(handle)
    }

    /// The next entry but `.` and `..`; links are followed.
    package func next() throws -> Entry? {
        while true {
            errno = 0
            guard let found = readdir(handle) else {
                guard errno == 0 else {
                    throw DestinationError(
                        errno: Errno(rawValue: errno), object: path,
                        doing: "read the folder \(path)")
                }
                return nil
            }
            let name = withUnsafePointer(to: &found.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            return Entry(name: name, isFolder: isFolder(found.pointee.d_type, name))
        }
    }

    private func isFolder(_ type: UInt8, _ name: String) -> Bool {
        if type == UInt8(DT_DIR) { return true }
        if type == UInt8(DT_REG) { return false }
        var status = stat()
        return stat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
