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

    init(on socket: String, path: String = "/", threads: Int = 4) {
        counts.withLock { $0.threads = threads }
        for _ in 0..<threads {
            Thread.detachNewThread { [self] in run(SCGIClient(socket: socket), path) }
        }
    }

    var answered: Int { counts.withLock(\.answered) }

    /// Ends it and answers what failed.
    func end() -> [String] {
        counts.withLock { $0.isEnding = true }
        while counts.withLock({ $0.threads > 0 }) { usleep(2_000) }
        return counts.withLock(\.failures)
    }

    private func run(_ client: SCGIClient, _ path: String) {
        while !counts.withLock(\.isEnding) {
            do {
                let answer = try client.get(path)
                counts.withLock { counts in
                    if answer.status == 200 {
                        counts.answered += 1
                    } else {
                        counts.failures.append("\(answer)")
                    }
                }
            } catch {
                counts.withLock { $0.failures.append("\(error)") }
            }
        }
        counts.withLock { $0.threads -= 1 }
    }
}
