import Foundation
import SystemPackage

/// The calls on files and folders that a local destination is made of. All of them block.
package enum LocalFile {
    /// The file's size; `nil` where there is none.
    package static func size(_ path: String) throws -> Int64? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "look at \(path)")
        }
        return status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    }

    /// The path without its last part.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Makes a folder and those above it.
    package static func makeFolders(_ path: String) throws {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        let error = Errno(rawValue: errno)
        guard error == .noSuchFileOrDirectory, path != "/" else {
            throw DestinationError(errno: error, object: path, doing: "make the folder \(path)")
        }
        try makeFolders(folder(of: path))
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "make the folder \(path)")
        }
    }

    /// Makes a folder's entries durable.
    package static func flushFolder(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "open the folder \(path)")
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "flush the folder \(path)")
        }
    }

    /// As `flushFolder`; one that is not there is flushed.
    package static func flushExistingFolder(_ path: String) throws {
        do {
            try flushFolder(path)
        } catch let error as DestinationError where error.code == .notThere {
            return
        }
    }

    /// Removes a file; one that is not there is removed.
    package static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw DestinationError(
                errno: Errno(rawValue: errno), object: path, doing: "remove \(path)")
        }
    }

    /// Removes a folder and those above it as long as they are empty, `root` excluded.
    package static func removeEmptyFolders(from path: String, upTo root: String) throws {
        var folder = path
        while folder.hasPrefix(root + "/") {
            guard rmdir(folder) == 0 || errno == ENOENT else {
                if errno == ENOTEMPTY || errno == EEXIST || errno == EBUSY { return }
                throw DestinationError(
                    errno: Errno(rawValue: errno), object: folder, doing: "remove \(folder)")
            }
            folder = self.folder(of: folder)
        }
    }

    /// The names in a folder; `nil` where there is none.
    package static func names(in path: String) throws -> [String]? {
        guard let directory = try LocalFolder(path) else { return nil }
        var names: [String] = []
        while let entry = try directory.next() { names.append(entry.name) }
        return names
    }
}
