import Foundation
import Prefork

/// HTTP/1.1 by hand, so that a request can be as wrong as a test needs it.
struct HTTPClient: Sendable {
    /// What came back.
    struct Answer {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: String
    }

    let port: UInt16

    func get(_ target: String, headers: [String] = []) throws -> Answer {
        try exchange("GET \(target) HTTP/1.1", headers: headers)
    }

    /// One request with these lines, and the answer.
    func exchange(_ line: String, headers: [String] = [], body: String = "") throws -> Answer {
        var lines = [line, "Host: localhost", "Connection: close"] + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        return try exchange(raw: lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Sends this text as it is, and reads one answer.
    func exchange(raw text: String) throws -> Answer {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafeBytes(of: &address) { raw in
            connect(
                descriptor, raw.assumingMemoryBound(to: sockaddr.self).baseAddress,
                socklen_t(raw.count))
        }
        guard connected == 0 else {
            throw PreforkError(.system, "connect", String(cString: strerror(errno)))
        }
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + start, bytes.count - start, Int32(MSG_NOSIGNAL))
            }
            // It may answer, and stop reading, before it has read all.
            if count < 0 { break }
            start += count
        }
        return try answer(descriptor)
    }

    private func answer(_ descriptor: Int32) throws -> Answer {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            received += buffer[..<count]
        }
        let text = String(decoding: received, as: UTF8.self)
        let parts = text.split(
            separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        let lines = parts[0].split(separator: "\r\n")
        guard parts.count == 2, let first = lines.first,
            let status = Int(first.split(separator: " ").dropFirst().first ?? "")
        else { throw PreforkError(.closed, "answer", "No whole answer: '\(text)'.") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            headers[pair[0].lowercased()] =
                pair.count > 1 ? pair[1].trimmingCharacters(in: .whitespaces) : ""
        }
        return Answer(status: status, headers: headers, body: String(parts[1]))
    }
}
