import Foundation
import Prefork
import Testing

@Suite(.serialized)
struct WorkerTests {
    @Test func `a client that sends nothing costs its connection after the read limit`() throws {
        let service = try ServiceUnderTest(.init(workers: 1, arguments: ["read=300"]))
        let before = service.workers
        let client = SCGIClient(socket: service.socket)
        let silent = try client.send(Array("70:CONTENT".utf8))
        let answer = try service.get("/")
        #expect(answer.status == 200)
        #expect(before == [answer.number])
        #expect(throws: PreforkError.self) { try client.finish(silent) }
    }

    @Test func `2,000 damaged requests are refused or closed and the worker lives`() throws {
        let service = try ServiceUnderTest(.init(workers: 1, arguments: ["read=300"]))
        let before = service.workers
        let client = SCGIClient(socket: service.socket)
        let whole = SCGIClient.request("/")
        var state: UInt64 = 7
        for _ in 0..<2_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bytes = whole
            let place = Int(state >> 33) % bytes.count
            switch state >> 61 {
            case 0, 1: bytes[place] = UInt8(truncatingIfNeeded: state >> 24)
            case 2, 3: bytes.remove(at: place)
            case 4, 5: bytes.insert(UInt8(truncatingIfNeeded: state >> 24), at: place)
            default: bytes = Array(bytes[..<place])
            }
            let descriptor = try client.send(bytes)
            shutdown(descriptor, Int32(SHUT_WR))
            let answer = try? client.finish(descriptor)
            #expect(answer == nil || [200, 400, 413, 431].contains(answer?.status))
        }
        #expect(service.workers == before)
        #expect(try service.get("/").status == 200)
    }

    @Test func `a worker leaves after its share and no request fails`() throws {
        let service = try ServiceUnderTest(.init(workers: 2, arguments: ["requests=300"]))
        let load = Load(on: service.socket)
        try service.waitUntil("answers") { load.answered > 2_000 }
        #expect(load.end() == [])
        #expect(try service.logged("worker leaves after its share") >= 4)
    }

    @Test func `TERM of a worker answers its request`() throws {
        let service = try ServiceUnderTest(.init(workers: 1))
        let worker = try #require(service.workers.first)
        let client = SCGIClient(socket: service.socket)
        let request = try client.send(SCGIClient.request("/slow"))
        kill(worker, SIGTERM)
        #expect(try client.finish(request).status == 200)
        try service.waitUntil("another worker") {
            service.workers.count == 1 && !service.workers.contains(worker)
        }
    }

    @Test func `memory stays flat over 10,000 requests and under 30 MB`() throws {
        let service = try ServiceUnderTest(.init(workers: 1))
        let worker = try #require(service.workers.first)
        let load = Load(on: service.socket, threads: 2)
        try service.waitUntil("the first") { load.answered > 1_000 }
        let before = try residentKilobytes(worker)
        try service.waitUntil("10,000", within: 60) { load.answered > 11_000 }
        let after = try residentKilobytes(worker)
        #expect(load.end() == [])
        #expect(after < before + 1_024)
        #expect(after < 30_720)
    }

    @Test func `at most half of the workers wait at once`() throws {
        let service = try ServiceUnderTest(.init(workers: 4))
        try service.waitUntil("four") { service.workers.count == 4 }
        let client = SCGIClient(socket: service.socket)
        let requests = try (1...4).map { _ in try client.send(SCGIClient.request("/wait")) }
        let statuses = try requests.map { try client.finish($0).status }
        #expect(statuses.filter { $0 == 200 }.count == 2)
        #expect(statuses.filter { $0 == 503 }.count == 2)
        #expect(try service.get("/wait").status == 200)
    }

    @Test func `the slot of a killed worker is free again`() throws {
        let service = try ServiceUnderTest(.init(workers: 2))
        let client = SCGIClient(socket: service.socket)
        let request = try client.send(SCGIClient.request("/hold"))
        try service.waitUntil("the slot is taken") { try service.get("/wait").status == 503 }
        for worker in service.workers { kill(worker, SIGKILL) }
        _ = try? client.finish(request)
        try service.waitUntil("an answer") { (try? service.get("/wait").status) == 200 }
    }

    @Test func `each taker gets a share of the waiting slots, and one is left for the next`()
        throws
    {
        let service = try ServiceUnderTest(.init(workers: 8))
        try service.waitUntil("eight") { service.workers.count == 8 }
        let client = SCGIClient(socket: service.socket)
        func status(_ taker: String) throws -> Int {
            try service.get("/wait?for=\(taker)").status
        }
        var held = [try client.send(SCGIClient.request("/hold?for=greedy"))]
        held.append(try client.send(SCGIClient.request("/hold?for=greedy")))
        try service.waitUntil("half is taken") { try status("greedy") == 429 }
        #expect(try status("modest") == 200)
        held.append(try client.send(SCGIClient.request("/hold?for=modest")))
        try service.waitUntil("a third's share is taken") { try status("modest") == 429 }
        #expect(try status("greedy") == 429)
        #expect(try status("third") == 200)
        held.append(try client.send(SCGIClient.request("/hold?for=third")))
        try service.waitUntil("all are taken") { try status("fourth") == 503 }
        for worker in service.workers { kill(worker, SIGKILL) }
        for request in held { _ = try? client.finish(request) }
        try service.waitUntil("an answer") { (try? status("greedy")) == 200 }
    }

    @Test func `a helper answers and ends, and one that fails fails that request alone`() throws {
        let service = try ServiceUnderTest(.init(workers: 1))
        let worker = try #require(service.workers.first)
        let answer = try service.get("/helper?q=ab")
        #expect(answer.status == 200 && answer.body.count == 200_000)
        #expect(answer.body.hasPrefix("baba") && answer.body.hasSuffix("ba"))
        #expect(throws: PreforkError.self) { try service.get("/helper") }
        #expect(try service.get("/").number == worker)
        let children = try String(
            contentsOfFile: "/proc/\(worker)/task/\(worker)/children", encoding: .utf8)
        #expect(children.isEmpty)
    }

    private func residentKilobytes(_ pid: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS") })
        return try #require(Int(line.split(separator: " ", omittingEmptySubsequences: true)[1]))
    }

    @Test func `workers and their master count together, and HUP does not begin anew`() throws {
        let service = try ServiceUnderTest(.init(workers: 3))
        // Workers wanted, idle, busy; started, crashed, timed out; calls.
        func numbers() throws -> [Int] {
            try service.get("/numbers").body.split(separator: " ").compactMap { Int($0) }
        }
        var calls = 0
        func wait(for expected: [Int]) throws {
            try service.waitUntil("\(expected)") {
                calls += 1
                return try numbers() == expected + [calls]
            }
        }
        try wait(for: [3, 2, 1, 3, 0, 0])
        for worker in service.workers.prefix(1) { kill(worker, SIGKILL) }
        try wait(for: [3, 2, 1, 4, 1, 0])
        for worker in service.workers.prefix(1) { kill(worker, SIGTERM) }
        try wait(for: [3, 2, 1, 5, 1, 0])
        let before = service.workers
        service.signal(SIGHUP)
        try service.waitUntil("new workers") {
            service.workers.count == 3 && service.workers.isDisjoint(with: before)
        }
        try wait(for: [3, 2, 1, 8, 1, 0])
    }

    @Test func `a worker that is killed for its silence counts as such`() throws {
        let service = try ServiceUnderTest(.init(workers: 2, arguments: ["limit=300"]))
        let request = try SCGIClient(socket: service.socket).send(SCGIClient.request("/hang"))
        defer { close(request) }
        try service.waitUntil("its end") {
            try service.get("/numbers").body.hasPrefix("2 1 1 3 1 1 ")
        }
    }
}
