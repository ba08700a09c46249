import Glibc

/// One accepted connection, with deadlines. It is closed by the worker after the handler returns
/// or throws.
package final class Connection {
    private let descriptor: Int32
    private let settings: WorkerSettings
    private let readDeadline: Milliseconds
    private let beatNow: () -> Void

    init(
        descriptor: Int32, settings: WorkerSettings, now: Milliseconds,
        beat: @escaping () -> Void
    ) {
        self.descriptor = descriptor
        self.settings = settings
        readDeadline = now + settings.readTimeLimit
        beatNow = beat
    }

    /// Tells the master that this worker is alive: the request time limit begins anew. For waits
    /// that are bounded by something else.
    package func beat() {
        beatNow()
    }

    /// Reads what is there into the buffer, waiting for at least one byte.
    ///
    /// - Returns: the number of bytes; 0 at the end.
    /// - Throws: ``PreforkError`` `timedOut` when the read time limit of the whole request is
    ///   over, `closed` when the client is gone.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(PreforkError) -> Int {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: try wait(for: Int16(POLLIN), until: readDeadline, "The client was slow.")
            case ECONNRESET: throw PreforkError(.closed, "connection", "The client went away.")
            default: throw .system("recv", "connection")
            }
        }
    }

    /// Writes all of the bytes.
    ///
    /// - Throws: ``PreforkError`` `timedOut` when the client takes nothing for the write time
    ///   limit, `closed` when it is gone.
    package func write(_ bytes: [UInt8]) throws(PreforkError) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                let rest = UnsafeRawBufferPointer(rebasing: raw[start...])
                return send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                start += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                let deadline = MonotonicClock.now + settings.writeTimeLimit
                try wait(for: Int16(POLLOUT), until: deadline, "The client took nothing.")
            case EPIPE, ECONNRESET:
                throw PreforkError(.closed, "connection", "The client went away.")
            default: throw .system("send", "connection")
            }
        }
    }

    /// Ends the connection so that the client gets all that was written: bytes of it that nobody
    /// read would turn the end into a reset.
    func end() {
        shutdown(descriptor, Int32(SHUT_WR))
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            var rounds = 0
            while rounds < 64,
                recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) > 0
            {
                rounds += 1
            }
        }
        close(descriptor)
    }

    private func wait(
        for events: Int16, until deadline: Milliseconds, _ message: String
    ) throws(PreforkError) {
        while true {
            let left = deadline - MonotonicClock.now
            guard left > 0 else { throw PreforkError(.timedOut, "connection", message) }
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let ready = poll(&entry, 1, Int32(min(left, 60_000)))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw .system("poll", "connection") }
        }
    }
}
