import Foundation
import Prefork

/// The service manager's end of `sd_notify`.
final class NotifySocket {
    let path: String
    private let descriptor: Int32

    init() throws {
        path = "/tmp/prefork-notify-\(getpid())-\(MonotonicClock.now)"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 15, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafeBytes(of: &address) { raw in
            bind(
                descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(raw.count))
        }
        guard bound == 0 else {
            throw PreforkError(.system, path, String(cString: strerror(errno)))
        }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next message that is not this one.
    func next(but ignored: String) throws -> String {
        while true {
            var buffer = [UInt8](repeating: 0, count: 512)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw PreforkError(.timedOut, path, "No message came.") }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            if text != ignored { return text }
        }
    }
}
