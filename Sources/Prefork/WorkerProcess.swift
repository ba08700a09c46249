import CLinux
import Glibc
package import Logging

/// The loop that a worker runs: take a connection, hand it to the handler, close it.
///
/// The bytes on a connection are the handler's business. With SCGI:
///
/// ```swift
/// switch try Inheritance.take() {
/// case .probe:
///     exit(0)
/// case .worker(let slot, let master):
///     let worker = try WorkerProcess(
///         slot: slot, master: master, settings: WorkerSettings(), logger: logger)
///     let waiting = try worker.waitingSlots()      // at most half of the workers wait for a job
///     try worker.run { connection, buffer in
///         var parser = RequestParser(limits: limits)
///         do {
///             while true {
///                 let count = try connection.read(into: buffer)
///                 guard count > 0 else { return try parser.finish() }
///                 let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
///                 guard let request = try parser.consume(bytes) else { continue }
///                 return try answer(request).send { try connection.write($0) }
///             }
///         } catch let error as RequestError {
///             try errorResponse(error).send { try connection.write($0) }
///         }
///     }
/// case .none, .handover:
///     … SupervisorLoop …
/// }
/// ```
///
/// Signals: TERM finishes the request in hand and leaves; QUIT does too, after it has answered
/// those who had connected before; INT ends at once. They are held back while a request runs, so
/// that no call of the handler is interrupted.
package final class WorkerProcess {
    /// What a handler gets: the connection, and memory of 64 KiB to read into, which is the
    /// worker's and the same for every connection.
    package typealias Handler = (Connection, UnsafeMutableRawBufferPointer) throws -> Void

    private enum Stop {
        case now
        case whenDrained
    }

    private let slot: Int
    private let settings: WorkerSettings
    private let logger: Logger
    private let page: HeartbeatPage
    /// What all workers of the master count together.
    package let counters: CounterPage
    private let signals: Int32
    private let events: Int32
    private var served = 0

    /// A worker on the descriptors that its master left to it.
    ///
    /// - Throws: `badHandover` when they are not there, or the master is gone already.
    package init(
        slot: Int, master: Int32, settings: WorkerSettings, logger: Logger
    ) throws(PreforkError) {
        self.slot = slot
        self.settings = settings
        self.logger = logger
        linux_set_parent_death_signal(SIGTERM)
        guard getppid() == master else {
            throw PreforkError(.badHandover, "master \(master)", "It has gone.")
        }
        page = try HeartbeatPage(attaching: Descriptor.heartbeat)
        counters = try CounterPage(attaching: Descriptor.counters)
        Descriptor.setCloseOnExec(Descriptor.socket, true)

        WorkerHeap.keep()
        signal(SIGPIPE, SIG_IGN)
        var mask = SignalSet([SIGTERM, SIGQUIT]).set
        sigprocmask(SIG_BLOCK, &mask, nil)
        signals = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard signals >= 0 else { throw .system("signalfd", "worker") }
        events = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard events >= 0 else { throw .system("epoll_create1", "worker") }
        try watch(signals, EPOLLIN.rawValue)
        // One connection wakes one worker.
        try watch(Descriptor.socket, linux_epollin_exclusive)
    }

    deinit {
        close(signals)
        close(events)
    }

    /// All workers of this master.
    package var census: WorkerCensus { page.census }

    /// Slots for waiting, of which there are half as many as workers (but at least one), shared by
    /// all workers of this master.
    package func waitingSlots() throws(PreforkError) -> WaitingSlots {
        let page = page
        // Opened by its path, it is an open file of its own, as the locks need it.
        return try WaitingSlots(
            path: "/proc/self/fd/\(Descriptor.heartbeat)", slots: max(1, page.wantedWorkers / 2))
    }

    /// Serves until it is told to leave, or has served as many requests as it may. An error that
    /// the handler throws costs its connection only; it is logged.
    package func run(_ handle: Handler) throws(PreforkError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { buffer.deallocate() }
        page.describe(slot: slot, pid: getpid(), served: 0)
        var stop: Stop?
        var drained = 0
        while stop != .now, drained < Listener.backlog {
            page.beat(slot: slot, phase: .idle, at: MonotonicClock.now)
            if stop == nil { stop = try waitForEvent() }
            // Also when told to leave: the connection that woke this worker woke no other.
            if stop == .whenDrained { drained += 1 }
            let client = accept4(
                Descriptor.socket, nil, nil,
                Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
            guard client >= 0 else {
                if stop == .whenDrained, errno == EAGAIN { break }
                try checkAcceptError(errno)
                continue
            }
            serve(client, buffer, handle)
            served += 1
            page.describe(slot: slot, pid: getpid(), served: served)
            if let most = settings.requests, served >= most {
                logger.info("worker leaves after its share", metadata: ["requests": "\(served)"])
                break
            }
        }
    }

    private func serve(
        _ client: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ handle: Handler
    ) {
        beatBusy()
        let connection = Connection(
            descriptor: client, settings: settings, now: MonotonicClock.now,
            beat: { [unowned self] in beatBusy() })
        do {
            try handle(connection, buffer)
        } catch let error as PreforkError where error.code == .closed || error.code == .timedOut {
            logger.info("connection given up", metadata: ["reason": "\(error)"])
        } catch {
            logger.warning("connection failed", metadata: ["error": "\(error)"])
        }
        connection.end()
        alarm(0)
    }

    private func beatBusy() {
        page.beat(slot: slot, phase: .busy, at: MonotonicClock.now)
        // Should the master be gone, nobody else would end a worker that hangs.
        alarm(UInt32(settings.requestTimeLimit / 1_000 + 5))
    }

    /// Waits for a connection or a signal, a second at most.
    private func waitForEvent() throws(PreforkError) -> Stop? {
        var ready = (epoll_event(), epoll_event())
        let count = withUnsafeMutableBytes(of: &ready) { raw in
            epoll_wait(
                events, raw.assumingMemoryBound(to: epoll_event.self).baseAddress, 2, 1_000)
        }
        guard count >= 0 || errno == EINTR else { throw .system("epoll_wait", "worker") }
        guard count > 0 else { return nil }
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        var stop: Stop?
        while read(signals, &information, size) == size {
            stop = information.ssi_signo == UInt32(SIGQUIT) && stop == nil ? .whenDrained : .now
        }
        return stop
    }

    private func checkAcceptError(_ code: Int32) throws(PreforkError) {
        switch code {
        case EAGAIN, EINTR, ECONNABORTED: return
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            // Nothing can be taken at the moment; the connection waits in the backlog.
            logger.error("accept failed", metadata: ["error": "\(String(cString: strerror(code)))"])
            usleep(50_000)
        default: throw .system("accept4", "worker", errno: code)
        }
    }

    private func watch(_ descriptor: Int32, _ mask: UInt32) throws(PreforkError) {
        var event = epoll_event()
        event.events = mask
        event.data.fd = descriptor
        guard epoll_ctl(events, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw .system("epoll_ctl", "worker")
        }
    }
}
