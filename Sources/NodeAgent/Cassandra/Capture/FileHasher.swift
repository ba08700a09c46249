import Glibc
import SystemPackage

/// Reads a file once, from beginning to end, hashes it and hands every piece on, so that whoever
/// wants the content shares the read. It blocks: it is for threads that may.
package struct FileHasher: Sendable {
    package let chunkSize: Int

    package init(chunkSize: Int = 256 << 10) {
        self.chunkSize = chunkSize
    }

    /// What a file's content was found to be.
    package struct Result: Sendable, Hashable {
        package var hashes: FileHashes
        /// As the file was when it was opened.
        package var identity: FileIdentity
        /// Whether it has the digest that was asked for; `nil` where none was.
        package var matchesDigest: Bool?
    }

    /// - Parameters:
    ///   - digest: what Cassandra noted of the content.
    ///   - sink: is given each piece in order; it is valid during the call only.
    /// - Throws: `Errno`, `.ioError` where the file ends before the size it had when it was opened
    ///   or goes on after it; what the sink throws.
    package func hash(
        path: String, checking digest: StoredDigest? = nil,
        sink: (UnsafeRawBufferPointer) throws -> Void = { _ in }
    ) throws -> Result {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.noFollow])
        return try file.closeAfter { try read(file, digest, sink) }
    }

    private func read(
        _ file: FileDescriptor, _ digest: StoredDigest?,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Result {
        let identity = try FileIdentity(descriptor: file)
        // A hint: what it answers does not matter.
        _ = posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        var digester = FileDigester(checking: digest)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 4096)
        defer { buffer.deallocate() }
        var left = identity.size
        while true {
            let count = try file.read(into: buffer)
            guard count > 0 else { break }
            guard UInt64(count) <= left else { throw Errno.ioError }
            left -= UInt64(count)
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            digester.update(piece)
            try sink(piece)
        }
        guard left == 0 else { throw Errno.ioError }
        let (hashes, matches) = digester.finish()
        return Result(hashes: hashes, identity: identity, matchesDigest: matches)
    }
}
