import Glibc
import SystemPackage

/// Entries of a directory.
package struct FolderEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file
        case folder
        case other
    }

    package var name: String
    package var kind: Kind
}

/// Reads directories entry by entry, without holding more than one.
package enum FolderReader {
    /// Calls `body` for every entry but `.` and `..`, in no order. A folder that is not there has no
    /// entries.
    ///
    /// - Throws: `Errno`, or what `body` throws.
    package static func forEach(
        in path: String, _ body: (FolderEntry) throws -> Void
    ) throws {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return }
            throw Errno(rawValue: errno)
        }
        defer { closedir(directory) }
        while true {
            errno = 0
            guard let entry = readdir(directory) else {
                if errno != 0 { throw Errno(rawValue: errno) }
                return
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            try body(FolderEntry(name: name, kind: kind(of: entry.pointee.d_type, path, name)))
        }
    }

    /// Names of the folders in a folder, sorted; hidden ones are left out.
    package static func folders(in path: String) throws -> [String] {
        var names: [String] = []
        try forEach(in: path) { entry in
            if entry.kind == .folder, !entry.name.hasPrefix(".") { names.append(entry.name) }
        }
        return names.sorted()
    }

    /// When entries of a folder last came or went, in nanoseconds; `nil` where there is none.
    ///
    /// - Throws: `Errno`.
    package static func changeTime(of path: String) throws -> Int64? {
        var found = stat()
        guard stat(path, &found) == 0 else {
            if errno == ENOENT { return nil }
            throw Errno(rawValue: errno)
        }
        return Int64(found.st_mtim.tv_sec) * 1_000_000_000 + Int64(found.st_mtim.tv_nsec)
    }

    /// Whether there is a folder of this path; a symbolic link to one counts.
    package static func isFolder(_ path: String) -> Bool {
        var found = stat()
        return stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is a regular file of this path.
    package static func isFile(_ path: String) -> Bool {
        var found = stat()
        return lstat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFREG
    }

    private static func kind(of type: UInt8, _ path: String, _ name: String) -> FolderEntry.Kind {
        switch Int(type) {
        case Int(DT_REG): return .file
        case Int(DT_DIR): return .folder
        // Old file systems do not tell, and operators link a table's folder to another disk.
        case Int(DT_UNKNOWN), Int(DT_LNK): break
        default: return .other
        }
        var found = stat()
        guard stat("\(path)/\(name)", &found) == 0 else { return .other }
        switch found.st_mode & S_IFMT {
        case S_IFREG: return Int(type) == Int(DT_LNK) ? .other : .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }
}
