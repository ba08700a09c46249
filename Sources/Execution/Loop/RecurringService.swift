package import ServiceLifecycle

/// A service that does one thing again and again, until the process is to end.
package protocol RecurringService: Service {
    /// Does it; answers when to do it again. What goes wrong it logs.
    func attempt() async -> Duration
}

extension RecurringService {
    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true { try await Task.sleep(for: await attempt()) }
            }
        } catch is CancellationError {
            return
        }
    }
}
