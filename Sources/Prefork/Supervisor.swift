/// What the master does, as a value: events in, actions out, no clock and no processes.
///
/// Workers belong to generations. HUP begins a new one: its workers are started, and for each
/// that serves one of the old generation leaves, so that there are never fewer than wanted. A
/// master that took over from another binary (USR2) finds the old workers as generation 0.
package struct Supervisor {
    /// What has happened.
    package enum Event: Equatable, Sendable {
        /// Time has passed; also the first event of all.
        case tick
        /// A worker was started, as ``Action/spawn(slot:)`` asked.
        case spawned(slot: Int, pid: Int32)
        /// A worker could not be started.
        case spawnFailed(slot: Int)
        /// A worker serves.
        case ready(pid: Int32)
        /// A worker has a request in hand for longer than it may.
        case silent(pid: Int32)
        /// A worker has ended.
        case exited(pid: Int32, WorkerExit)
        /// The master got a signal.
        case signal(MasterSignal)
        /// The settings were read again, as ``Action/reload`` asked.
        case reloaded(MasterSettings)
        /// The settings cannot be read: all goes on as before.
        case reloadFailed
        /// The new binary has shown that it starts, or not.
        case probed(succeeded: Bool)
        /// The new binary did not take over: all goes on as before.
        case replacementFailed
    }

    /// What is to be done, in order.
    package enum Action: Equatable, Sendable {
        /// Start a worker with this line of the heartbeat page.
        case spawn(slot: Int)
        /// Tell a worker to finish its request and leave.
        case retire(pid: Int32)
        /// Tell a worker to answer all who have connected and leave.
        case drain(pid: Int32)
        /// Tell a worker to leave at once.
        case interrupt(pid: Int32)
        /// Kill a worker.
        case kill(pid: Int32)
        /// Read the settings again.
        case reload
        /// Start the new binary for a trial.
        case probe
        /// End the trial.
        case endProbe
        /// Put the new binary in place of this one.
        case replace
        /// Remove the socket's name.
        case removeName
        /// Tell the service manager.
        case notify(ServiceNotification)
        /// All is done: end.
        case finish
    }

    struct Worker: Equatable {
        var pid: Int32
        var slot: Int
        var generation: Int
        var startedAt: Milliseconds
        var isReady = false
        /// When a worker that was told to leave is killed.
        var leavesBy: Milliseconds?
    }

    private enum Stopping: Equatable {
        case gracefully
        case fast
    }

    private(set) var settings: MasterSettings
    private(set) var workers: [Worker] = []
    private var starting: Set<Int> = []
    private var generation = 1
    private var stopping: Stopping?
    private var failures = 0
    private var lastFailureAt: Milliseconds = 0
    private var nextSpawnAt: Milliseconds = 0
    private var awaitsReady: Bool
    private var probeEndsBy: Milliseconds?
    private let adopted: Bool
    private let drains: Bool

    /// How many workers are wanted now: the settings' number, then TTIN and TTOU.
    package private(set) var wanted: Int

    /// - Parameters:
    ///   - adopting: the workers that the binary before this one left.
    ///   - drains: on a graceful stop the workers answer all who have connected; not where
    ///     somebody else keeps the socket open and will serve them.
    package init(
        settings: MasterSettings, adopting: [Handover.Worker] = [], drains: Bool = true,
        at now: Milliseconds
    ) {
        self.settings = settings
        self.drains = drains
        wanted = settings.workers
        adopted = !adopting.isEmpty
        awaitsReady = true
        workers = adopting.map {
            Worker(pid: $0.pid, slot: $0.slot, generation: 0, startedAt: now, isReady: true)
        }
    }

    /// The workers that live, for a handover.
    package var living: [Handover.Worker] {
        workers.map { Handover.Worker(pid: $0.pid, slot: $0.slot) }
    }

    /// Whether a worker has been started and does not serve yet.
    package var isWaitingForReady: Bool { workers.contains { !$0.isReady } }

    /// Takes an event and answers what is to be done.
    package mutating func handle(_ event: Event, at now: Milliseconds) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .tick:
            break
        case .spawned(let slot, let pid):
            starting.remove(slot)
            workers.append(
                Worker(pid: pid, slot: slot, generation: generation, startedAt: now))
        case .spawnFailed(let slot):
            starting.remove(slot)
            countFailure(at: now)
        case .ready(let pid):
            update(pid) { $0.isReady = true }
        case .silent(let pid):
            actions.append(.kill(pid: pid))
        case .exited(let pid, let exit):
            remove(pid, exit, at: now)
        case .signal(let signal):
            actions += take(signal, at: now)
        case .reloaded(let settings):
            self.settings = settings
            wanted = settings.workers
            generation += 1
            failures = 0
            nextSpawnAt = now
            awaitsReady = true
        case .reloadFailed:
            actions.append(.notify(.ready))
        case .probed(let succeeded):
            probeEndsBy = nil
            if succeeded, stopping == nil { actions += [.notify(.reloading), .replace] }
        case .replacementFailed:
            actions.append(.notify(.ready))
        }
        actions += stopping == nil ? reconcile(at: now) : stop(at: now)
        return actions
    }

    /// When the next ``Event/tick`` is needed, if nothing happens before.
    package func nextTick(after now: Milliseconds) -> Milliseconds {
        var next = now + 500
        if isWaitingForReady { next = min(next, now + 10) }
        if stopping == nil, serving(current: true).count + starting.count < wanted {
            next = min(next, max(now, nextSpawnAt))
        }
        for deadline in workers.compactMap(\.leavesBy) { next = min(next, max(now, deadline)) }
        return next
    }

    private mutating func take(_ signal: MasterSignal, at now: Milliseconds) -> [Action] {
        if stopping != nil {
            guard signal == .stopFast, stopping != .fast else { return [] }
            return beginStop(.fast, at: now)
        }
        switch signal {
        case .stop:
            return [.notify(.stopping), .removeName] + beginStop(.gracefully, at: now)
        case .stopFast:
            return [.notify(.stopping), .removeName] + beginStop(.fast, at: now)
        case .reload:
            return [.notify(.reloading), .reload]
        case .replace:
            guard probeEndsBy == nil else { return [] }
            probeEndsBy = now + settings.startTimeLimit
            return [.probe]
        case .more:
            wanted = min(wanted + 1, HeartbeatPage.slots / 4)
            return []
        case .fewer:
            wanted = max(wanted - 1, 1)
            return []
        }
    }

    private mutating func beginStop(_ how: Stopping, at now: Milliseconds) -> [Action] {
        stopping = how
        var actions: [Action] = probeEndsBy == nil ? [] : [.endProbe]
        probeEndsBy = nil
        for index in workers.indices {
            let pid = workers[index].pid
            switch how {
            case .gracefully:
                workers[index].leavesBy = workers[index].leavesBy ?? now + settings.stopTimeLimit
                actions.append(drains ? .drain(pid: pid) : .retire(pid: pid))
            case .fast:
                workers[index].leavesBy = now + 1_000
                actions.append(.interrupt(pid: pid))
            }
        }
        return actions
    }

    private mutating func stop(at now: Milliseconds) -> [Action] {
        workers.isEmpty ? [.finish] : killOverdue(at: now)
    }

    private mutating func reconcile(at now: Milliseconds) -> [Action] {
        var actions = killOverdue(at: now)
        if let deadline = probeEndsBy, now >= deadline {
            probeEndsBy = nil
            actions.append(.endProbe)
        }
        forgiveFailures(at: now)
        if now >= nextSpawnAt {
            let missing = wanted - serving(current: true).count - starting.count
            for _ in 0..<max(0, missing) {
                guard let slot = freeSlot() else { break }
                starting.insert(slot)
                actions.append(.spawn(slot: slot))
            }
        }
        actions += retireSurplus(at: now)
        let ready = serving(current: true).count { $0.isReady }
        let isReady = adopted || generation > 1 ? ready >= wanted : ready > 0
        if awaitsReady, isReady {
            awaitsReady = false
            actions.append(.notify(.ready))
        }
        return actions
    }

    /// Workers of this generation over the number wanted, and those of older generations for whom
    /// a new one serves.
    private mutating func retireSurplus(at now: Milliseconds) -> [Action] {
        let current = serving(current: true)
        let ready = current.count { $0.isReady }
        let old = serving(current: false).sorted { $0.isReady && !$1.isReady }
        let surplus =
            current.sorted { $0.startedAt < $1.startedAt }.dropFirst(wanted)
            + old.dropFirst(max(0, wanted - ready))
        let leavesBy = now + settings.stopTimeLimit
        for worker in surplus { update(worker.pid) { $0.leavesBy = leavesBy } }
        return surplus.map { .retire(pid: $0.pid) }
    }

    private mutating func killOverdue(at now: Milliseconds) -> [Action] {
        var actions: [Action] = []
        for index in workers.indices {
            let worker = workers[index]
            let deadline =
                worker.leavesBy
                ?? (worker.isReady ? nil : worker.startedAt + settings.startTimeLimit)
            guard let deadline, now >= deadline else { continue }
            actions.append(.kill(pid: worker.pid))
            // Should even that not end it at once, it is tried again.
            if worker.leavesBy != nil {
                workers[index].leavesBy = now + 1_000
            } else {
                workers[index].startedAt = now
            }
        }
        return actions
    }

    private mutating func remove(_ pid: Int32, _ exit: WorkerExit, at now: Milliseconds) {
        guard let index = workers.firstIndex(where: { $0.pid == pid }) else { return }
        let worker = workers.remove(at: index)
        guard worker.leavesBy == nil, stopping == nil else { return }
        let lived = now - worker.startedAt
        // A worker that has served its share leaves with status 0, which may come soon.
        let enough = worker.isReady && exit == .code(0) ? 500 : settings.settledAfter
        if lived < enough {
            countFailure(at: now)
        } else {
            failures = 0
        }
    }

    /// Workers that die together count once.
    private mutating func countFailure(at now: Milliseconds) {
        guard now >= nextSpawnAt else { return }
        failures += 1
        lastFailureAt = now
        let doublings = min(failures - 1, 20)
        nextSpawnAt = now + min(settings.firstPause << doublings, settings.longestPause)
    }

    private mutating func forgiveFailures(at now: Milliseconds) {
        guard failures > 0 else { return }
        let settled = serving(current: true).contains {
            $0.startedAt >= lastFailureAt && now - $0.startedAt >= settings.settledAfter
        }
        if settled { failures = 0 }
    }

    private func serving(current: Bool) -> [Worker] {
        workers.filter { $0.leavesBy == nil && ($0.generation == generation) == current }
    }

    private func freeSlot() -> Int? {
        let taken = starting.union(workers.map(\.slot))
        return (0..<HeartbeatPage.slots).first { !taken.contains($0) }
    }

    private mutating func update(_ pid: Int32, _ change: (inout Worker) -> Void) {
        guard let index = workers.firstIndex(where: { $0.pid == pid }) else { return }
        change(&workers[index])
    }
}
