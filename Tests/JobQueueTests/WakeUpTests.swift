import BackupModel
import JobQueue
import Postgres
import TestDatabase
import Testing

@Suite struct WakeUpTests {
    private let queue: QueueFixture

    init() throws {
        queue = try QueueFixture()
    }

    private func listen() throws {
        try queue.run { try $0.listen() }
    }

    @Test func `an executor that waits is woken by a new job`() throws {
        try listen()
        #expect(try queue.run { try $0.beginWaiting(listener: "one") })
        #expect(try queue.claim().isEmpty)
        try queue.enqueue("a")
        #expect(!(try queue.executor.notifications(waiting: 10_000)).isEmpty)
    }

    @Test func `nobody is notified when nobody waits`() throws {
        try listen()
        try queue.run { _ = try $0.beginWaiting(listener: "one") }
        try queue.run { try $0.endWaiting(listener: "one") }
        try queue.enqueue("a")
        // A notification to itself marks the end of what could have come before.
        try queue.executor.runScript("NOTIFY helenus_job, 'mark'")
        #expect(try queue.executor.notifications(waiting: 10_000).map(\.payload) == ["mark"])
    }

    @Test func `an executor that died while it waited is forgotten`() throws {
        try listen()
        #expect(try queue.run { try $0.beginWaiting(listener: "dead", seconds: -1) })
        try queue.enqueue("a")
        try queue.executor.runScript("NOTIFY helenus_job, 'mark'")
        #expect(try queue.executor.notifications(waiting: 10_000).map(\.payload) == ["mark"])
    }

    @Test func `a job that is being enqueued while an executor lies down is not missed`() throws {
        try listen()
        try queue.api.transaction(permitting: .only("a")) { connection in
            _ = try JobQueue(connection).enqueue(
                NewJob(
                    clusterID: "a", requestID: nil, kind: .backup, payload: .plain(json: "{}")))
            // Nobody waited when this was enqueued, so it will not notify; it is not committed,
            // so it cannot be seen. The executor is told to look again.
            #expect(try !queue.run { try $0.beginWaiting(listener: "one") })
            #expect(try queue.claim().isEmpty)
        }
        #expect(try queue.run { try $0.beginWaiting(listener: "one") })
        #expect(try queue.claim().count == 1)
    }

    @Test func `an executor that waits is woken when a key becomes free for which a job waits`()
        throws
    {
        try queue.enqueue("a", .backup)
        let next = try queue.enqueue("a", .restore)
        let job = try queue.claim()[0]
        try listen()
        #expect(try queue.run { try $0.beginWaiting(listener: "one") })
        #expect(try queue.claim().isEmpty)
        let other = try queue.database.connect(as: .executor)
        try other.transaction(permitting: .all) {
            try JobQueue($0).finish(job, .succeeded(result: nil))
        }
        #expect(!(try queue.executor.notifications(waiting: 10_000)).isEmpty)
        #expect(try queue.claim().map(\.id) == [next])
    }

    @Test func `nobody is woken when a job ends whose key no other one waits for`() throws {
        try queue.enqueue("a", .backup)
        try queue.enqueue("b")
        let jobs = try queue.claim(2)
        // It has no key, and is not for now.
        try queue.enqueue("a", .verifyBackup, delay: 3600)
        try listen()
        try queue.run { _ = try $0.beginWaiting(listener: "one") }
        for job in jobs { try queue.run { try $0.finish(job, .succeeded(result: nil)) } }
        try queue.executor.runScript("NOTIFY helenus_job, 'mark'")
        #expect(try queue.executor.notifications(waiting: 10_000).map(\.payload) == ["mark"])
    }

    @Test func `whoever waits for a job hears of its end and gets its result`() async throws {
        let id = try queue.enqueue("a", isAwaited: true)
        let conninfo = queue.database.conninfo(as: .api)
        async let ending = Task.detached {
            try JobQueue.waitForEnding(
                on: Connection(conninfo: conninfo), clusterID: "a", jobID: id, seconds: 30)
        }.value
        let job = try queue.claim()[0]
        try queue.run { try $0.finish(job, .succeeded(result: #"{"ok": true}"#)) }
        #expect(try await ending == .succeeded(result: #"{"ok": true}"#))
    }

    @Test func `waiting ends after its time, and its heartbeat is called`() throws {
        let id = try queue.enqueue("a", isAwaited: true)
        var beats = 0
        let ending = try JobQueue.waitForEnding(
            on: queue.api, clusterID: "a", jobID: id, seconds: 0.2, heartbeat: { beats += 1 })
        #expect(ending == nil)
        #expect(beats > 0)
    }

    @Test func `a job that ended before anybody listened is answered at once`() throws {
        let id = try queue.enqueue("a", isAwaited: true)
        let job = try queue.claim()[0]
        try queue.run { try $0.finish(job, .failed(error: "no such bucket")) }
        let ending = try JobQueue.waitForEnding(
            on: queue.api, clusterID: "a", jobID: id, seconds: 30)
        #expect(ending == .failed(error: "no such bucket"))
    }
}
