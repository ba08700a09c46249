import Prefork
import Testing

/// A supervisor with a clock and process ids of its own: spawns succeed at once.
private struct Rehearsal {
    var supervisor: Supervisor
    var now: Milliseconds = 1_000_000
    var nextPID: Int32 = 100

    init(workers: Int, adopting: [Handover.Worker] = [], drains: Bool = true) {
        supervisor = Supervisor(
            settings: MasterSettings(workers: workers), adopting: adopting, drains: drains,
            at: now)
    }

    /// Feeds an event, and the start of each worker that it causes; answers all actions.
    mutating func feed(_ event: Supervisor.Event) -> [Supervisor.Action] {
        var all: [Supervisor.Action] = []
        var events = [event]
        while !events.isEmpty {
            let actions = supervisor.handle(events.removeFirst(), at: now)
            all += actions
            for case .spawn(let slot) in actions {
                events.append(.spawned(slot: slot, pid: nextPID))
                nextPID += 1
            }
        }
        return all
    }

    mutating func begin() {
        _ = feed(.tick)
        for worker in supervisor.living { _ = feed(.ready(pid: worker.pid)) }
    }
}

struct SupervisorTests {
    @Test func `it starts as many as wanted and is ready with the first that serves`() {
        var rehearsal = Rehearsal(workers: 3)
        #expect(rehearsal.feed(.tick) == [.spawn(slot: 0), .spawn(slot: 1), .spawn(slot: 2)])
        #expect(rehearsal.feed(.tick) == [])
        #expect(rehearsal.feed(.ready(pid: 101)) == [.notify(.ready)])
        #expect(rehearsal.feed(.ready(pid: 100)) == [])
    }

    @Test func `a worker that had lived is replaced at once, in its slot`() {
        var rehearsal = Rehearsal(workers: 2)
        rehearsal.begin()
        rehearsal.now += 60_000
        #expect(rehearsal.feed(.exited(pid: 100, .signal(9))) == [.spawn(slot: 0)])
    }

    @Test func `pauses double from 100 ms to 30 s and end when a worker has lived`() {
        var rehearsal = Rehearsal(workers: 1)
        rehearsal.begin()
        var pauses: [Milliseconds] = []
        for _ in 0..<11 {
            let pid = rehearsal.supervisor.living[0].pid
            #expect(rehearsal.feed(.exited(pid: pid, .code(1))) == [])
            let died = rehearsal.now
            rehearsal.now = rehearsal.supervisor.nextTick(after: rehearsal.now)
            while rehearsal.feed(.tick) == [] {
                rehearsal.now = rehearsal.supervisor.nextTick(after: rehearsal.now)
            }
            pauses.append(rehearsal.now - died)
        }
        #expect(
            pauses == [
                100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000,
            ])
        _ = rehearsal.feed(.ready(pid: rehearsal.supervisor.living[0].pid))
        rehearsal.now += 10_000
        _ = rehearsal.feed(.tick)
        let pid = rehearsal.supervisor.living[0].pid
        #expect(rehearsal.feed(.exited(pid: pid, .code(1))) == [.spawn(slot: 0)])
    }

    @Test func `workers that die together count as one failure`() {
        var rehearsal = Rehearsal(workers: 4)
        rehearsal.begin()
        for pid in Int32(100)...103 { #expect(rehearsal.feed(.exited(pid: pid, .code(1))) == []) }
        rehearsal.now += 100
        #expect(rehearsal.feed(.tick).count == 4)
    }

    @Test func `HUP lets an old worker leave for each new one that serves`() {
        var rehearsal = Rehearsal(workers: 2)
        rehearsal.begin()
        #expect(rehearsal.feed(.signal(.reload)) == [.notify(.reloading), .reload])
        let settings = MasterSettings(workers: 2)
        #expect(rehearsal.feed(.reloaded(settings)) == [.spawn(slot: 2), .spawn(slot: 3)])
        #expect(rehearsal.feed(.ready(pid: 102)) == [.retire(pid: 101)])
        #expect(rehearsal.feed(.ready(pid: 103)) == [.retire(pid: 100), .notify(.ready)])
        #expect(rehearsal.feed(.exited(pid: 100, .code(0))) == [])
        #expect(rehearsal.feed(.exited(pid: 101, .signal(15))) == [])
    }

    @Test func `old workers stay while the new ones do not serve`() {
        var rehearsal = Rehearsal(workers: 2)
        rehearsal.begin()
        _ = rehearsal.feed(.reloaded(MasterSettings(workers: 2)))
        #expect(rehearsal.feed(.exited(pid: 102, .code(1))) == [])
        #expect(rehearsal.feed(.exited(pid: 103, .code(1))) == [])
        rehearsal.now += 100
        #expect(rehearsal.feed(.tick) == [.spawn(slot: 2), .spawn(slot: 3)])
        #expect(rehearsal.supervisor.living.map(\.pid) == [100, 101, 104, 105])
    }

    @Test func `settings that cannot be read change nothing`() {
        var rehearsal = Rehearsal(workers: 2)
        rehearsal.begin()
        #expect(rehearsal.feed(.reloadFailed) == [.notify(.ready)])
        #expect(rehearsal.supervisor.living.count == 2)
    }

    @Test func `a new binary takes over only after it has shown that it starts`() {
        var rehearsal = Rehearsal(workers: 1)
        rehearsal.begin()
        #expect(rehearsal.feed(.signal(.replace)) == [.probe])
        #expect(rehearsal.feed(.signal(.replace)) == [])
        #expect(rehearsal.feed(.probed(succeeded: false)) == [])
        #expect(rehearsal.feed(.signal(.replace)) == [.probe])
        #expect(rehearsal.feed(.probed(succeeded: true)) == [.notify(.reloading), .replace])
        #expect(rehearsal.feed(.replacementFailed) == [.notify(.ready)])
    }

    @Test func `a trial that does not end is ended`() {
        var rehearsal = Rehearsal(workers: 1)
        rehearsal.begin()
        _ = rehearsal.feed(.signal(.replace))
        rehearsal.now += 30_000
        #expect(rehearsal.feed(.tick) == [.endProbe])
    }

    @Test func `the new binary starts its workers before those it found leave`() {
        var rehearsal = Rehearsal(
            workers: 2, adopting: [.init(pid: 50, slot: 0), .init(pid: 51, slot: 1)])
        #expect(rehearsal.feed(.tick) == [.spawn(slot: 2), .spawn(slot: 3)])
        #expect(rehearsal.feed(.ready(pid: 100)) == [.retire(pid: 51)])
        #expect(rehearsal.feed(.ready(pid: 101)) == [.retire(pid: 50), .notify(.ready)])
    }

    @Test func `a graceful stop lets all finish and ends with the last`() {
        var rehearsal = Rehearsal(workers: 2)
        rehearsal.begin()
        #expect(
            rehearsal.feed(.signal(.stop)) == [
                .notify(.stopping), .removeName, .drain(pid: 100), .drain(pid: 101),
            ])
        #expect(rehearsal.feed(.signal(.stop)) == [])
        #expect(rehearsal.feed(.exited(pid: 100, .code(0))) == [])
        rehearsal.now += 35_000
        #expect(rehearsal.feed(.tick) == [.kill(pid: 101)])
        #expect(rehearsal.feed(.exited(pid: 101, .signal(9))) == [.finish])
    }

    @Test func `INT cuts a graceful stop short`() {
        var rehearsal = Rehearsal(workers: 1, drains: false)
        rehearsal.begin()
        #expect(rehearsal.feed(.signal(.stop)).last == .retire(pid: 100))
        #expect(rehearsal.feed(.signal(.stopFast)) == [.interrupt(pid: 100)])
        rehearsal.now += 1_000
        #expect(rehearsal.feed(.tick) == [.kill(pid: 100)])
    }

    @Test func `a silent worker and one that never serves are killed`() {
        var rehearsal = Rehearsal(workers: 2)
        _ = rehearsal.feed(.tick)
        _ = rehearsal.feed(.ready(pid: 100))
        #expect(rehearsal.feed(.silent(pid: 100)) == [.kill(pid: 100)])
        rehearsal.now += 30_000
        #expect(rehearsal.feed(.tick) == [.kill(pid: 101)])
    }

    @Test func `TTIN and TTOU go down to one`() {
        var rehearsal = Rehearsal(workers: 2)
        rehearsal.begin()
        #expect(rehearsal.feed(.signal(.more)) == [.spawn(slot: 2)])
        rehearsal.now += 1
        _ = rehearsal.feed(.ready(pid: 102))
        #expect(rehearsal.feed(.signal(.fewer)) == [.retire(pid: 102)])
        #expect(rehearsal.feed(.signal(.fewer)) == [.retire(pid: 101)])
        #expect(rehearsal.feed(.signal(.fewer)) == [])
        #expect(rehearsal.supervisor.wanted == 1)
    }
}
