import CLinux
import Glibc

/// Processes of this service's own binary, each of which answers one question of a worker and ends:
/// the memory that the answer takes is theirs, and gone with them.
///
/// The helper's side is ``Inheritance/helper``:
///
/// ```swift
/// case .helper:
///     try HelperProcess.answer { question in … }
/// ```
package struct HelperProcess: Sendable {
    private let child: ChildProcess

    package init() throws(PreforkError) {
        child = try ChildProcess()
    }

    /// Starts one, asks it, and waits for its answer and its end.
    ///
    /// - Throws: ``PreforkError`` when it cannot be started, or does not end as it should.
    package func ask(_ question: [UInt8]) throws(PreforkError) -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw .system("socketpair", "helper")
        }
        defer { close(ends[0]) }
        let pid = try start(on: ends[1])
        var answer: [UInt8] = []
        let failure: PreforkError?
        do throws(PreforkError) {
            try Self.send(question, to: ends[0])
            answer = try Self.receive(from: ends[0])
            failure = nil
        } catch {
            failure = error
        }
        let status = try Self.wait(for: pid)
        if let failure { throw failure }
        guard status == 0 else {
            throw PreforkError(.system, "helper \(pid)", "It ended with status \(status).")
        }
        return answer
    }

    /// Answers the question for which this process was started.
    package static func answer<Failure: Error>(
        _ body: ([UInt8]) throws(Failure) -> [UInt8]
    ) throws {
        // Nobody waits for it when the worker is gone.
        linux_set_parent_death_signal(SIGKILL)
        try send(try body(receive(from: Descriptor.socket)), to: Descriptor.socket)
    }

    private func start(on end: Int32) throws(PreforkError) -> Int32 {
        defer { close(end) }
        return try child.spawnHelper(descriptor: end)
    }

    /// Writes all of it, and says that nothing more comes.
    private static func send(_ bytes: [UInt8], to socket: Int32) throws(PreforkError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("send", "helper") }
            sent += count
        }
        guard shutdown(socket, Int32(SHUT_WR)) == 0 else { throw .system("shutdown", "helper") }
    }

    /// Everything until the other side says that nothing more comes.
    private static func receive(from socket: Int32) throws(PreforkError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(socket, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("recv", "helper") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    private static func wait(for pid: Int32) throws(PreforkError) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) != pid {
            guard errno == EINTR else { throw .system("waitpid", "helper \(pid)") }
        }
        return status
    }
}
