import Foundation
import Prefork
import Testing

@Suite(.serialized)
struct MasterTests {
    @Test func `HUP under load replaces every worker and no request fails`() throws {
        let service = try ServiceUnderTest(.init(workers: 3))
        let load = Load(on: service.socket)
        for round in 1...3 {
            let before = service.workers
            service.signal(SIGHUP)
            try service.waitUntil("new workers \(round)") {
                service.workers.count == 3 && service.workers.isDisjoint(with: before)
            }
            let answered = load.answered
            try service.waitUntil("answers") { load.answered > answered + 200 }
        }
        #expect(load.end() == [])
    }

    @Test func `USR2 under load runs the new binary in the same process, no request fails`() throws
    {
        let service = try ServiceUnderTest(.init(workers: 3))
        let load = Load(on: service.socket)
        for _ in 1...2 {
            let before = service.workers
            let version = try service.get("/version").body
            try service.replaceBinary()
            service.signal(SIGUSR2)
            try service.waitUntil("new workers") {
                service.workers.count == 3 && service.workers.isDisjoint(with: before)
            }
            let answered = load.answered
            try service.waitUntil("answers") { load.answered > answered + 200 }
            #expect(try service.get("/version").body != version)
        }
        #expect(load.end() == [])
        #expect(ServiceUnderTest.isAlive(service.pid))
        let pid = try String(contentsOfFile: service.pidFile, encoding: .utf8)
        #expect(pid == "\(service.pid)\n")
        service.signal(SIGTERM)
        #expect(try service.waitForExit() == .code(0))
        #expect(!FileManager.default.fileExists(atPath: service.socket))
    }

    @Test(arguments: ["no program", "#!/bin/false\n", "#!/no/such/file\n"])
    func `a new binary that does not start changes nothing`(text: String) throws {
        let service = try ServiceUnderTest()
        let before = service.workers
        try service.replaceBinary(with: text)
        service.signal(SIGUSR2)
        try service.waitUntil("the refusal") {
            try service.logged("the new binary does not start") == 1
        }
        #expect(service.workers == before)
        #expect(try service.get("/").status == 200)
    }

    @Test func `a worker that dies is replaced by the binary that runs, whatever lies at its path`()
        throws
    {
        let service = try ServiceUnderTest()
        try service.replaceBinary(with: "no program")
        let before = service.workers
        for worker in before { kill(worker, SIGKILL) }
        try service.waitUntil("new workers") {
            service.workers.count == 2 && service.workers.isDisjoint(with: before)
        }
        try service.waitUntil("an answer") { (try? service.get("/").status) == 200 }
    }

    @Test func `TERM answers the request in hand and those who had connected`() throws {
        let service = try ServiceUnderTest(.init(workers: 1))
        let client = SCGIClient(socket: service.socket)
        let before = service.workers.first
        let requests = try (1...3).map { _ in try client.send(SCGIClient.request("/slow")) }
        service.signal(SIGTERM)
        for request in requests { #expect(try client.finish(request).number == before) }
        #expect(try service.waitForExit() == .code(0))
        #expect(!FileManager.default.fileExists(atPath: service.socket))
        #expect(!FileManager.default.fileExists(atPath: service.pidFile))
    }

    @Test func `INT ends at once`() throws {
        let service = try ServiceUnderTest()
        let request = try SCGIClient(socket: service.socket).send(SCGIClient.request("/hang"))
        defer { close(request) }
        let workers = service.workers
        service.signal(SIGINT)
        #expect(try service.waitForExit() == .code(0))
        #expect(!workers.contains { ServiceUnderTest.isAlive($0) })
    }

    @Test func `a worker that hangs is killed after the limit and replaced`() throws {
        let service = try ServiceUnderTest(.init(workers: 1, arguments: ["limit=500"]))
        let before = service.workers
        let client = SCGIClient(socket: service.socket)
        let request = try client.send(SCGIClient.request("/hang"))
        #expect(throws: PreforkError.self) { try client.finish(request) }
        let after = try service.get("/")
        #expect(after.status == 200)
        #expect(!before.contains(after.number))
    }

    @Test func `workers that die at once come with growing pauses`() throws {
        var options = ServiceUnderTest.Options(workers: 2, behaviour: "die")
        options.waitsUntilReady = false
        let service = try ServiceUnderTest(options)
        try service.waitUntil("the first start") { try service.logged("worker started") >= 2 }
        let begin = MonotonicClock.now
        try service.waitUntil("four more waves") { try service.logged("worker started") >= 10 }
        // 100 + 200 + 400 + 800 ms, less what passed before the first look.
        #expect(MonotonicClock.now - begin > 1_400)
        #expect(try service.logged("worker started") <= 10)
        try service.control(workers: 2)
        service.signal(SIGHUP)
        try service.waitUntil("an answer") { (try? service.get("/").status) == 200 }
    }

    @Test func `workers leave when the master is killed`() throws {
        let service = try ServiceUnderTest(.init(workers: 3))
        let workers = service.workers
        let client = SCGIClient(socket: service.socket)
        let request = try client.send(SCGIClient.request("/slow"))
        kill(service.pid, SIGKILL)
        try service.waitUntil("no workers") {
            !workers.contains { ServiceUnderTest.isAlive($0) }
        }
        // The one with a request in hand, if any had taken it, has answered first.
        _ = try? client.finish(request)
    }

    @Test func `a hanging worker ends without a master`() throws {
        let service = try ServiceUnderTest(.init(workers: 1, arguments: ["limit=900"]))
        let workers = service.workers
        let request = try SCGIClient(socket: service.socket).send(SCGIClient.request("/hang"))
        defer { close(request) }
        kill(service.pid, SIGSTOP)
        kill(service.pid, SIGKILL)
        try service.waitUntil("no workers") {
            !workers.contains { ServiceUnderTest.isAlive($0) }
        }
    }

    @Test func `TTIN and TTOU change the number, HUP brings back the settings'`() throws {
        let service = try ServiceUnderTest(.init(workers: 2))
        for _ in 1...2 {
            let count = service.workers.count
            service.signal(SIGTTIN)
            try service.waitUntil("one more") { service.workers.count == count + 1 }
        }
        let load = Load(on: service.socket)
        for count in [3, 2, 1] {
            service.signal(SIGTTOU)
            try service.waitUntil("one fewer") { service.workers.count == count }
        }
        service.signal(SIGTTOU)
        try service.control(workers: 3)
        service.signal(SIGHUP)
        try service.waitUntil("three") { service.workers.count == 3 }
        #expect(load.end() == [])
    }

    @Test func `a stale socket is replaced, one that answers is not`() throws {
        let service = try ServiceUnderTest()
        var options = ServiceUnderTest.Options()
        options.waitsUntilReady = false
        let second = try ServiceUnderTest(options, in: service.folder)
        #expect(try second.waitForExit() != .code(0))
        #expect(try service.get("/").status == 200)
    }

    @Test func `after a master was killed its socket can be taken again`() throws {
        let first = try ServiceUnderTest()
        let workers = first.workers
        kill(first.pid, SIGKILL)
        try first.waitUntil("no workers") { !workers.contains { ServiceUnderTest.isAlive($0) } }
        let second = try ServiceUnderTest(.init(), in: first.folder)
        #expect(try second.get("/").status == 200)
        var status = stat()
        #expect(stat(second.socket, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
    }
}
