import FoundationEssentials
package import Logging
import ServiceLifecycle

/// Forgets, once a day, the hashes of files that no backup has held for long.
package struct AgentHousekeeper: Service {
    /// Longer than the pause between backups of any sensible schedule.
    private static let memory: Int64 = 90 * 86_400

    private let context: AgentContext
    private let logger: Logger

    package init(context: AgentContext, logger: Logger) {
        self.context = context
        self.logger = logger
    }

    package func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true { try await Task.sleep(for: await attempt()) }
            }
        } catch is CancellationError {
            return
        }
    }

    /// Prunes the register; answers when to do it again, sooner where it failed.
    private func attempt() async -> Duration {
        do {
            let now = Int64(Date().timeIntervalSince1970)
            let forgotten = try await context.register.prune(notSeenSince: now - Self.memory)
            if forgotten > 0 { logger.info("forgot the hashes of \(forgotten) files") }
            return .seconds(86_400)
        } catch {
            logger.error("cannot prune the hash register: \(error)")
            return .seconds(3_600)
        }
    }
}
