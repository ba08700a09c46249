import Foundation
import Prefork

/// A web server's side of SCGI over a unix socket, blocking, with a time limit of 20 s.
struct SCGIClient: Sendable {
    /// What came back.
    struct Answer: Equatable {
        var status: Int
        var body: String
        /// The body as a number, such as a process id.
        var number: Int32 { Int32(body) ?? 0 }
    }

    let socket: String

    /// One request from connect to close.
    func get(_ path: String) throws -> Answer {
        try finish(try send(Self.request(path)))
    }

    /// Connects and sends these bytes; the descriptor is the caller's.
    func send(_ bytes: [UInt8]) throws -> Int32 {
        let descriptor = Glibc.socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socket.utf8)) }
        let connected = withUnsafeBytes(of: &address) { raw in
            connect(
                descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(raw.count))
        }
        guard connected == 0 else {
            let error = PreforkError(.system, "connect", String(cString: strerror(errno)))
            close(descriptor)
            throw error
        }
        // A server that refuses early may have closed already; what it said is still there.
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        return descriptor
    }

    /// Reads to the end and closes.
    func finish(_ descriptor: Int32) throws -> Answer {
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else {
                throw PreforkError(.system, "recv", String(cString: strerror(errno)))
            }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(
            separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, text.hasPrefix("Status: "),
            let status = Int(text.dropFirst(8).prefix(3))
        else { throw PreforkError(.closed, "answer", "No whole answer: '\(text)'.") }
        return Answer(status: status, body: String(parts[1]))
    }

    /// The bytes of a GET.
    static func request(_ path: String) -> [UInt8] {
        let block = Array(
            "CONTENT_LENGTH\u{0}0\u{0}SCGI\u{0}1\u{0}REQUEST_METHOD\u{0}GET\u{0}REQUEST_URI\u{0}\(path)\u{0}"
                .utf8)
        return Array("\(block.count):".utf8) + block + Array(",".utf8)
    }
}
