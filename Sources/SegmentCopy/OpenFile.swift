import Glibc

/// A file that is open until nobody holds it any more.
final class OpenFile {
    let path: String
    let descriptor: Int32

    init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SegmentCopyError) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .system("open", path) }
    }

    deinit { close(descriptor) }

    func status() throws(SegmentCopyError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("look at", path) }
        return status
    }

    /// Fills the buffer; answers how many bytes there were: fewer only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SegmentCopyError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let got = Glibc.read(
                descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            if got < 0 {
                if errno == EINTR { continue }
                throw .system("read", path)
            }
            if got == 0 { break }
            filled += got
        }
        return filled
    }

    func write(_ buffer: UnsafeRawBufferPointer) throws(SegmentCopyError) {
        var written = 0
        while written < buffer.count {
            let put = Glibc.write(
                descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            if put < 0 {
                if errno == EINTR { continue }
                throw .system("write", path)
            }
            written += put
        }
    }

    /// Returns when the file, or the folder's names, are on the disk.
    func flush() throws(SegmentCopyError) {
        guard fsync(descriptor) == 0 else { throw .system("flush", path) }
    }
}

extension SegmentCopyError {
    /// What the last system call's failure means.
    static func system(_ verb: String, _ path: String) -> SegmentCopyError {
        let number = errno
        let code: Code =
            switch number {
            case ENOENT: .missing
            case ENOSPC, EDQUOT: .noSpace
            default: .failed
            }
        return SegmentCopyError(
            code: code, path: path,
            description: "cannot \(verb) \(path): \(String(cString: strerror(number)))")
    }
}
