import Glibc
package import Logging

/// The master's only loop: waits for signals, feeds the ``Supervisor`` and does what it says.
///
/// It is synchronous and must run on the only thread of its process. TERM and QUIT stop
/// gracefully, INT at once; HUP reads the settings again and replaces the workers; USR2 replaces
/// the binary while the process id and the socket stay; TTIN and TTOU want a worker more or fewer.
/// Another address in the settings needs a new start.
package final class SupervisorLoop {
    private let logger: Logger
    private let reload: () throws -> MasterSettings
    private let listener: Listener
    private let page: HeartbeatPage
    private let counters: CounterPage
    private let pidFile: PIDFile?
    private let manager: ServiceManager
    private let child: ChildProcess
    private var supervisor: Supervisor
    private var probe: Int32?
    private var silent: Set<Int32> = []
    private var isFinished = false
    private var nextWatchdog: Milliseconds = 0

    /// Opens the socket, or takes it over: from the binary before this one, else from the service
    /// manager, else new.
    ///
    /// - Parameters:
    ///   - reload: reads the settings again, on HUP; what it throws is logged, and all goes on
    ///     with the settings of before.
    package init(
        settings: MasterSettings, address: ListenAddress, pidFile: String?,
        inheritance: Inheritance, logger: Logger, reload: @escaping () throws -> MasterSettings
    ) throws(PreforkError) {
        self.logger = logger
        self.reload = reload
        self.pidFile = pidFile.map(PIDFile.init)
        Self.holdBackSignals()
        child = try ChildProcess()
        manager = ServiceManager()
        counters = try CounterPage()
        let now = MonotonicClock.now
        if case .handover(let handover) = inheritance {
            listener = try Listener(adopting: handover.socket, ownsName: handover.ownsName)
            page = try Self.page(from: handover, logger)
            supervisor = Supervisor(
                settings: settings, adopting: handover.workers, drains: handover.ownsName,
                at: now)
        } else {
            if let socket = manager.listeningSocket {
                listener = try Listener(adopting: Descriptor.aside(socket), ownsName: false)
            } else {
                listener = try Listener(opening: address)
            }
            page = try HeartbeatPage()
            supervisor = Supervisor(
                settings: settings, drains: manager.listeningSocket == nil, at: now)
        }
    }

    /// The port, for TCP.
    package var port: UInt16? { listener.port }

    /// Runs until a signal ends it. All workers are gone when it returns.
    package func run() throws(PreforkError) {
        try pidFile?.write()
        defer { pidFile?.remove() }
        logger.info("master runs", metadata: ["pid": "\(getpid())"])
        takeExits()
        handle(.tick)
        while !isFinished {
            let now = MonotonicClock.now
            beatWatchdog(at: now)
            if let number = waitForSignal(for: supervisor.nextTick(after: now) - now) {
                takeExits()
                if let signal = MasterSignal(number: number) {
                    logger.info("signal", metadata: ["number": "\(number)"])
                    handle(.signal(signal))
                }
            }
            readHeartbeats()
            handle(.tick)
        }
        logger.info("master ends")
    }

    /// Signals wait until they are asked for; a binary that takes over finds them waiting.
    private static func holdBackSignals() {
        for number in MasterSignal.numbers + [SIGPIPE] {
            signal(number, number == SIGPIPE ? SIG_IGN : SIG_DFL)
        }
        var mask = SignalSet(MasterSignal.numbers).set
        sigprocmask(SIG_BLOCK, &mask, nil)
    }

    /// The page of the binary before this one; a new one if it had another format, whose workers
    /// are then without supervision until they have left.
    private static func page(
        from handover: Handover, _ logger: Logger
    ) throws(PreforkError) -> HeartbeatPage {
        do throws(PreforkError) {
            return try HeartbeatPage(attaching: handover.heartbeat)
        } catch {
            logger.warning("heartbeats begin anew", metadata: ["error": "\(error)"])
            return try HeartbeatPage()
        }
    }

    private func waitForSignal(for limit: Milliseconds) -> Int32? {
        var mask = SignalSet(MasterSignal.numbers).set
        let wait = max(0, limit)
        var time = timespec(
            tv_sec: Int(wait / 1_000), tv_nsec: Int(wait % 1_000) * 1_000_000)
        let number = sigtimedwait(&mask, nil, &time)
        return number > 0 ? number : nil
    }

    private func takeExits() {
        while true {
            var status: Int32 = 0
            let pid = waitpid(-1, &status, WNOHANG)
            guard pid > 0 else { return }
            let exit = WorkerExit(waitStatus: status)
            if pid == probe {
                probe = nil
                if exit != .code(0) {
                    logger.error("the new binary does not start", metadata: ["exit": "\(exit)"])
                }
                handle(.probed(succeeded: exit == .code(0)))
            } else {
                let level: Logger.Level = exit == .code(0) ? .info : .warning
                logger.log(
                    level: level, "worker ended", metadata: ["worker": "\(pid)", "exit": "\(exit)"])
                if exit.isCrash { counters.note(.crash) }
                silent.remove(pid)
                if let worker = supervisor.workers.first(where: { $0.pid == pid }) {
                    page.clear(slot: worker.slot, at: MonotonicClock.now)
                }
                handle(.exited(pid: pid, exit))
            }
        }
    }

    private func readHeartbeats() {
        let now = MonotonicClock.now
        let limit = supervisor.settings.requestTimeLimit
        for worker in supervisor.workers {
            let (phase, at) = page.lastBeat(slot: worker.slot)
            if !worker.isReady, phase != .starting { handle(.ready(pid: worker.pid)) }
            if phase == .busy, now - at > limit {
                logger.error(
                    "worker is silent",
                    metadata: ["worker": "\(worker.pid)", "milliseconds": "\(now - at)"])
                // It may be found so once more before it has ended.
                if silent.insert(worker.pid).inserted { counters.note(.timeout) }
                handle(.silent(pid: worker.pid))
            }
        }
    }

    private func handle(_ event: Supervisor.Event) {
        var events = [event]
        while !events.isEmpty {
            let actions = supervisor.handle(events.removeFirst(), at: MonotonicClock.now)
            page.wantedWorkers = supervisor.wanted
            for action in actions {
                if let result = perform(action) { events.append(result) }
            }
        }
    }

    /// Does one thing; answers what came of it, where the supervisor wants to know.
    private func perform(_ action: Supervisor.Action) -> Supervisor.Event? {
        switch action {
        case .spawn(let slot): return spawn(slot)
        case .retire(let pid): kill(pid, SIGTERM)
        case .drain(let pid): kill(pid, SIGQUIT)
        case .interrupt(let pid): kill(pid, SIGINT)
        case .kill(let pid):
            logger.warning("worker is killed", metadata: ["worker": "\(pid)"])
            kill(pid, SIGKILL)
        case .reload: return readSettings()
        case .probe: return beginProbe()
        case .endProbe: if let probe { kill(probe, SIGKILL) }
        case .replace:
            let handover = Handover(
                socket: listener.descriptor, heartbeat: page.descriptor,
                ownsName: listener.ownedPath != nil, workers: supervisor.living)
            logger.info("the new binary takes over", metadata: ["path": "\(child.executable)"])
            let error = child.replace(handing: handover)
            logger.error("the new binary did not take over", metadata: ["error": "\(error)"])
            return .replacementFailed
        case .removeName: listener.removeName()
        case .notify(let notification): notify(notification)
        case .finish: isFinished = true
        }
        return nil
    }

    private func spawn(_ slot: Int) -> Supervisor.Event {
        page.clear(slot: slot, at: MonotonicClock.now)
        do throws(PreforkError) {
            let pid = try child.spawnWorker(
                slot: slot, socket: listener.descriptor, heartbeat: page.descriptor,
                counters: counters.descriptor)
            counters.note(.start)
            logger.info("worker started", metadata: ["worker": "\(pid)", "slot": "\(slot)"])
            return .spawned(slot: slot, pid: pid)
        } catch {
            logger.error("worker not started", metadata: ["error": "\(error)"])
            return .spawnFailed(slot: slot)
        }
    }

    private func readSettings() -> Supervisor.Event {
        do {
            return .reloaded(try reload())
        } catch {
            logger.error("settings not read, those of before stay", metadata: ["error": "\(error)"])
            return .reloadFailed
        }
    }

    private func beginProbe() -> Supervisor.Event? {
        do throws(PreforkError) {
            probe = try child.spawnProbe()
            return nil
        } catch {
            logger.error("the new binary does not start", metadata: ["error": "\(error)"])
            return .probed(succeeded: false)
        }
    }

    private func beatWatchdog(at now: Milliseconds) {
        guard let interval = manager.watchdogInterval, now >= nextWatchdog else { return }
        nextWatchdog = now + interval
        notify(.watchdog)
    }

    private func notify(_ notification: ServiceNotification) {
        do throws(PreforkError) {
            try manager.notify(notification)
        } catch {
            logger.warning("service manager not told", metadata: ["error": "\(error)"])
        }
    }
}
