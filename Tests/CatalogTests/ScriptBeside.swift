import Foundation
import Postgres

/// A script that runs on a connection and a thread of its own.
final class ScriptBeside: @unchecked Sendable {
    private let connection: Connection
    private let ended = DispatchSemaphore(value: 0)
    private var failure: (any Error)?

    /// Begins it.
    init(_ connection: Connection, _ script: String) {
        self.connection = connection
        // No task: the test may keep one of the few threads that run tasks.
        Thread.detachNewThread { [self] in run(script) }
    }

    private func run(_ script: String) {
        do { try connection.runScript(script) } catch { failure = error }
        ended.signal()
    }

    /// Waits for its end, once.
    ///
    /// - Throws: what it failed with.
    func wait() throws {
        ended.wait()
        if let failure { throw failure }
    }
}
