import Glibc

/// Archives one commitlog segment: afterwards a file of the same bytes is durable under the
/// target's name, or the target is as it was before.
///
/// It can be done again, by any number of processes at once and after any of them died: the target
/// comes to be in one step, and one that is there already is right if its bytes are. What a killed
/// process leaves is a file whose name begins with `partPrefix`.
package struct SegmentCopy {
    /// How the names of files that are not whole begin.
    package static let partPrefix = ".part-"
    private static let pieceSize = 1 << 20

    private let source: String
    private let target: String
    private let links: Bool

    /// - Parameters:
    ///   - target: the full path of the file to be made.
    ///   - links: link where both are on one file system: only for a Cassandra that does
    ///     not write to a segment again (2.2 and later).
    package init(source: String, target: String, links: Bool) {
        self.source = source
        self.target = target
        self.links = links
    }

    /// - Throws: `SegmentCopyError` where anything is in doubt.
    package func perform() throws(SegmentCopyError) {
        let segment = try OpenFile(source, O_RDONLY | O_NOFOLLOW)
        let before = try segment.status()
        guard before.st_mode & S_IFMT == S_IFREG else {
            throw SegmentCopyError(
                code: .failed, path: source, description: "\(source) is not a file")
        }
        if try !isLinked(segment, before) { try copy(segment, before) }
        let folder = target.lastIndex(of: "/").map { target[..<$0] } ?? "."
        try OpenFile(folder.isEmpty ? "/" : String(folder), O_RDONLY | O_DIRECTORY).flush()
    }

    /// Whether the target is a hard link of the segment now.
    private func isLinked(_ segment: OpenFile, _ status: stat) throws(SegmentCopyError) -> Bool {
        guard links else { return false }
        if link(source, target) != 0 {
            guard errno == EEXIST else { return false }
            let there = try OpenFile(target, O_RDONLY | O_NOFOLLOW).status()
            guard there.st_ino == status.st_ino, there.st_dev == status.st_dev else { return false }
        }
        try segment.flush()
        return true
    }

    private func copy(_ segment: OpenFile, _ before: stat) throws(SegmentCopyError) {
        let (folder, name) =
            target.lastIndex(of: "/").map {
                (String(target[...$0]), String(target[target.index(after: $0)...]))
            } ?? ("", target)
        let part = "\(folder)\(Self.partPrefix)\(getpid())-\(name)"
        let file = try OpenFile(part, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        defer { unlink(part) }
        try copyBytes(from: segment, to: file)
        let after = try segment.status()
        guard after.st_size == before.st_size, Self.isSame(after.st_mtim, before.st_mtim),
            try file.status().st_size == before.st_size
        else {
            throw SegmentCopyError(
                code: .changed, path: source,
                description: "\(source) changed while it was archived")
        }
        // Who may read the segment may read the copy, which tells when it was last written to.
        guard fchmod(file.descriptor, before.st_mode & 0o777) == 0 else {
            throw .system("set the mode of", part)
        }
        let times = [before.st_mtim, before.st_mtim]
        guard futimens(file.descriptor, times) == 0 else { throw .system("set the time of", part) }
        try file.flush()
        if link(part, target) != 0 {
            guard errno == EEXIST else { throw .system("make", target) }
            try compare(file)
        }
    }

    private func copyBytes(from segment: OpenFile, to file: OpenFile) throws(SegmentCopyError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try segment.read(into: buffer)
            if count == 0 { break }
            try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// What has the target's name already has to have the same bytes, durably.
    private func compare(_ file: OpenFile) throws(SegmentCopyError) {
        let there = try OpenFile(target, O_RDONLY | O_NOFOLLOW)
        let (ours, theirs) = (
            UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16),
            UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        )
        defer {
            ours.deallocate()
            theirs.deallocate()
        }
        guard lseek(file.descriptor, 0, SEEK_SET) == 0 else { throw .system("read", file.path) }
        while true {
            let count = try file.read(into: ours)
            guard try there.read(into: theirs) == count, let one = ours.baseAddress,
                let other = theirs.baseAddress, memcmp(one, other, count) == 0
            else {
                throw SegmentCopyError(
                    code: .taken, path: target,
                    description: "\(target) is there already, with other content than \(source)")
            }
            if count == 0 { break }
        }
        try there.flush()
    }

    private static func isSame(_ one: timespec, _ other: timespec) -> Bool {
        one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec
    }
}
