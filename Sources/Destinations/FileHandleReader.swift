import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// An open file, read piece by piece; closed when nobody holds it any more.
package final class FileHandleReader: Sendable {
    private let descriptor: FileDescriptor
    /// The file's size when it was opened.
    package let size: Int64
    private let path: String

    /// - Throws: `DestinationError`.
    package init(path: String) throws {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path), .readOnly, options: [.closeOnExec])
        } catch let error as Errno {
            throw DestinationError(errno: error, object: path, doing: "open \(path)")
        }
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else {
            let error = Errno(rawValue: errno)
            close(descriptor.rawValue)
            throw DestinationError(errno: error, object: path, doing: "stat \(path)")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor.rawValue)
            throw DestinationError(
                code: .notThere, object: path, message: "\(path) is not a file")
        }
        size = Int64(status.st_size)
    }

    deinit {
        close(descriptor.rawValue)
    }

    /// Up to `count` bytes from `offset`; fewer only at the end of the file.
    package func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
                let got = pread(
                    descriptor.rawValue, rest.baseAddress, rest.count, off_t(offset) + filled)
                if got < 0 {
                    if errno == EINTR { continue }
                    throw DestinationError(
                        errno: Errno(rawValue: errno), object: path, doing: "read \(path)")
                }
                if got == 0 { break }
                filled += got
            }
        }
    }

    /// The content of a part of the file.
    package func body(
        range: Range<Int64>?, threads: FileThreads, pieceSize: Int
    ) -> ObjectBody {
        let upper = min(range?.upperBound ?? .max, size)
        let position = Mutex(max(0, range?.lowerBound ?? 0))
        let state = PositionBox(position)
        return ObjectBody {
            let offset = state.position.withLock { $0 }
            guard offset < upper else { return nil }
            let count = Int(min(Int64(pieceSize), upper - offset))
            let piece = try await threads.run { try self.bytes(at: offset, count: count) }
            guard !piece.isEmpty else { return nil }
            state.position.withLock { $0 = offset + Int64(piece.count) }
            return piece
        }
    }

    private final class PositionBox: Sendable {
        let position: Mutex<Int64>
        init(_ position: consuming Mutex<Int64>) { self.position = position }
    }
}
