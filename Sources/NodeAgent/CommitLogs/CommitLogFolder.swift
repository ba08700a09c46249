package import BackupModel
import Glibc
import SegmentCopy
import SystemPackage

/// A folder with commitlog segments: Cassandra's own, or one to which it archives.
package struct CommitLogFolder: Sendable, Hashable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// A segment as it lies in a folder.
    package struct Segment: Sendable, Hashable {
        package var name: CommitLogSegmentName
        package var path: String
        /// Microseconds since 1970 of the last write.
        package var modified: Int64
    }

    /// The segments, in their order; none where there is no such folder.
    package func segments() throws -> [Segment] {
        var segments: [Segment] = []
        try FolderReader.forEach(in: path) { entry in
            // Other files lie there too, and those that are not whole.
            guard let name = CommitLogSegmentName(file: entry.name) else { return }
            let path = "\(path)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else {
                // Gone since the folder was read.
                if errno == ENOENT { return }
                throw Errno(rawValue: errno)
            }
            guard status.st_mode & S_IFMT == S_IFREG else { return }
            segments.append(
                Segment(
                    name: name, path: path,
                    modified: Int64(status.st_mtim.tv_sec) * 1_000_000
                        + Int64(status.st_mtim.tv_nsec) / 1_000))
        }
        return segments.sorted { $0.name < $1.name }
    }

    /// Removes what killed archive commands left half-written and nobody has touched for an hour.
    package func removeOldParts() throws {
        var status = stat()
        try FolderReader.forEach(in: path) { entry in
            let part = "\(path)/\(entry.name)"
            guard entry.name.hasPrefix(SegmentCopy.partPrefix), lstat(part, &status) == 0,
                Int(status.st_ctim.tv_sec) < time(nil) - 3_600
            else { return }
            guard unlink(part) == 0 || errno == ENOENT else { throw Errno(rawValue: errno) }
        }
    }

    /// Whether anything was ever written to a segment. Cassandra makes segments ahead of time, and
    /// until 2.1 uses old ones again, marked by a zero at their beginning.
    package static func isUsed(_ segment: Segment) throws -> Bool {
        let descriptor = open(segment.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return false }
            throw Errno(rawValue: errno)
        }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: 4_096)
        let count = pread(descriptor, &head, head.count, 0)
        guard count >= 0 else { throw Errno(rawValue: errno) }
        return isUsed(head: head[..<count], version: Int(segment.name.version) ?? 0)
    }

    /// - Parameter head: the first bytes of a segment.
    static func isUsed(head: ArraySlice<UInt8>, version: Int) -> Bool {
        // Version, id and checksum from 2.1 (4) on; their parameters between them from 2.2 (5) on.
        var start = version >= 4 ? 16 : 0
        if version >= 5, head.count >= 14 { start += 2 + Int(head[12]) << 8 + Int(head[13]) }
        return head.dropFirst(start).prefix(8).contains { $0 != 0 }
    }
}
