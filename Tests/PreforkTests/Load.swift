import Foundation
import Synchronization

/// Requests without a pause, from several threads, until it is ended.
final class Load: Sendable {
    private struct Counts {
        var answered = 0
        var failures: [String] = []
        var isEnding = false
        var threads = 0
    }

    private let counts = Mutex(Counts())

    /// - Parameter request: one request, answering its status.
    init(threads: Int = 4, _ request: @escaping @Sendable () throws -> Int) {
        counts.withLock { $0.threads = threads }
        for _ in 0..<threads {
            Thread.detachNewThread { [self] in run(request) }
        }
    }

    /// SCGI requests for `/`.
    convenience init(on socket: String, threads: Int = 4) {
        let client = SCGIClient(socket: socket)
        self.init(threads: threads) { try client.get("/").status }
    }

    var answered: Int { counts.withLock(\.answered) }

    /// Ends it and answers what failed.
    func end() -> [String] {
        counts.withLock { $0.isEnding = true }
        while counts.withLock({ $0.threads > 0 }) { usleep(2_000) }
        return counts.withLock(\.failures)
    }

    private func run(_ request: @Sendable () throws -> Int) {
        while !counts.withLock(\.isEnding) {
            do {
                let status = try request()
                counts.withLock { counts in
                    if status == 200 {
                        counts.answered += 1
                    } else {
                        counts.failures.append("status \(status)")
                    }
                }
            } catch {
                counts.withLock { $0.failures.append("\(error)") }
            }
        }
        counts.withLock { $0.threads -= 1 }
    }
}
