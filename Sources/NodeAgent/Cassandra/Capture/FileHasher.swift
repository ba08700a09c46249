import Glibc
import SystemPackage

/// Reads a file once, from beginning to end, hashes it and hands every piece on, so that whoever
/// stores the content shares the read.
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
    ///   - sink: is given each piece in order; its bytes are valid during the call only.
    /// - Throws: `Errno`, `.ioError` where the file ends before the size it had when it was opened
    ///   or goes on after it; what the sink throws; `CancellationError`.
    package func hash(
        path: String, checking digest: StoredDigest? = nil,
        sink: (ArraySlice<UInt8>) async throws -> Void = { _ in }
    ) async throws -> Result {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.noFollow])
        do {
            let result = try await read(file, digest, sink)
            try file.close()
            return result
        } catch {
            try? file.close()
            throw error
        }
    }

    private func read(
        _ file: FileDescriptor, _ digest: StoredDigest?,
        _ sink: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Result {
        let identity = try FileIdentity(descriptor: file)
        // A hint: what it answers does not matter.
        _ = posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        var digester = FileDigester(checking: digest)
        var buffer = [UInt8](repeating: 0, count: chunkSize)
        var left = identity.size
        while true {
            try Task.checkCancellation()
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            guard count > 0 else { break }
            guard UInt64(count) <= left else { throw Errno.ioError }
            left -= UInt64(count)
            buffer.withUnsafeBytes {
                digester.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            try await sink(buffer[..<count])
        }
        guard left == 0 else { throw Errno.ioError }
        let (hashes, matches) = digester.finish()
        return Result(hashes: hashes, identity: identity, matchesDigest: matches)
    }
}
