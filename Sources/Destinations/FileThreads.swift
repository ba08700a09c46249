import Foundation
import Synchronization

/// Threads for calls that block (files, directories), so that the tasks' own threads never wait.
///
/// The number of threads is the number of files that are worked on at once.
package final class FileThreads: Sendable {
    private let queue = WorkQueue()

    /// - Parameter count: threads; at least one.
    package init(count: Int) {
        for number in 0..<max(1, count) {
            let queue = queue
            let thread = Thread { queue.serve() }
            thread.name = "files-\(number)"
            thread.stackSize = 512 * 1_024
            thread.start()
        }
    }

    deinit {
        queue.stop()
    }

    /// Performs blocking work and returns what it returns or throws.
    package func run<Success: Sendable>(
        _ work: @escaping @Sendable () throws -> Success
    ) async throws -> Success {
        try await withCheckedThrowingContinuation { continuation in
            queue.add { continuation.resume(with: Swift.Result { try work() }) }
        }
    }

    private final class WorkQueue: @unchecked Sendable {
        // Guarded by `condition`.
        private let condition = NSCondition()
        private var work: [@Sendable () -> Void] = []
        private var stopped = false

        func add(_ item: @escaping @Sendable () -> Void) {
            condition.lock()
            work.append(item)
            condition.signal()
            condition.unlock()
        }

        func stop() {
            condition.lock()
            stopped = true
            condition.broadcast()
            condition.unlock()
        }

        func serve() {
            while let item = next() { item() }
        }

        private func next() -> (@Sendable () -> Void)? {
            condition.lock()
            defer { condition.unlock() }
            while work.isEmpty {
                if stopped { return nil }
                condition.wait()
            }
            return work.removeFirst()
        }
    }
}
