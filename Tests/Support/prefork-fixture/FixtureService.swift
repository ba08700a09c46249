import Glibc
import Prefork
import SCGI

/// Answers: `/` with the worker's process id; `/version` with the inode of its binary; `/hang` never; `/slow`
/// after 400 ms; `/wait` after 400 ms holding a waiting slot (`?for=` somebody), 429 or 503; `/hold` never,
/// holding a waiting slot; `/numbers` with a count of such calls, the workers and what
/// became of them; `/helper` with what a helper makes of the query, 100,000 times; `/id`,
/// `/who`, `/path` with the request's id, client and path; `/echo` with the body.
struct FixtureService {
    let waiting: WaitingSlots
    let worker: WorkerProcess

    func answer(_ connection: Connection, _ buffer: UnsafeMutableRawBufferPointer) throws {
        var parser = RequestParser()
        do {
            while true {
                let count = try connection.read(into: buffer)
                guard count > 0 else { return try parser.finish() }
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                guard let request = try parser.consume(bytes) else { continue }
                return try response(to: request).send { try connection.write($0) }
            }
        } catch let error as RequestError {
            let response = Response(
                status: error.status, body: .bytes(Array(error.code.rawValue.utf8)))
            try response.send { try connection.write($0) }
        }
    }

    private func response(to request: Request) throws -> Response {
        let pid = Array("\(getpid())".utf8)
        switch request.path.first {
        case "hang":
            while true { pause() }
        case "slow":
            usleep(400_000)
            return Response(status: 200, body: .bytes(pid))
        case "wait":
            switch try waiting.withSlot(of: request.query["for"], { usleep(400_000) }) {
            case .ended: return Response(status: 200, body: .bytes(pid))
            case .allTaken: return Response(status: 503, body: .bytes(pid))
            case .shareTaken: return Response(status: 429, body: .bytes(pid))
            }
        case "hold":
            while true {
                if case .ended = try waiting.take(for: request.query["for"]) { break }
                usleep(5_000)
            }
            while true { pause() }
        case "numbers":
            worker.counters.add(1, to: CounterPage.count - 1)
            let census = worker.census
            let numbers =
                [census.wanted, census.idle, census.busy].map(UInt64.init)
                + CounterPage.Happening.allCases.map { worker.counters.count(of: $0) }
                + [worker.counters.value(of: CounterPage.count - 1)]
            let text = numbers.map(String.init).joined(separator: " ")
            return Response(status: 200, body: .bytes(Array(text.utf8)))
        case "version":
            var status = stat()
            stat("/proc/self/exe", &status)
            return Response(status: 200, body: .bytes(Array("\(status.st_ino)".utf8)))
        case "id":
            return Response(status: 200, body: .bytes(Array(request.requestID.utf8)))
        case "who":
            return Response(status: 200, body: .bytes(Array(request.remoteAddress.utf8)))
        case "path", "login":
            let text = request.path.joined(separator: "|") + "?" + (request.query["q"] ?? "")
            return Response(status: 200, body: .bytes(Array(text.utf8)))
        case "helper":
            let question = Array((request.query["q"] ?? "").utf8)
            let answer = try HelperProcess().ask(
                Array(repeatElement(question, count: 100_000).joined()))
            return Response(status: 200, body: .bytes(answer))
        case "echo":
            return Response(status: 200, body: .bytes(request.body))
        default:
            return Response(status: 200, body: .bytes(pid))
        }
    }
}
