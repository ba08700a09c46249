import FoundationEssentials
package import Logging
import ServiceLifecycle

/// Once a day: forgets the hashes of files that no backup has held for long, and removes what
/// restores have staged and nobody has asked for again.
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

    /// Does all of it; answers when to do it again, sooner where some of it failed.
    private func attempt() async -> Duration {
        let now = Int64(Date().timeIntervalSince1970)
        let register = await pruneRegister(now)
        let staging = await clearStaging(now)
        return .seconds(register && staging ? 86_400 : 3_600)
    }

    /// - Returns: whether it went well.
    private func pruneRegister(_ now: Int64) async -> Bool {
        do {
            let forgotten = try await context.register.prune(notSeenSince: now - Self.memory)
            if forgotten > 0 { logger.info("forgot the hashes of \(forgotten) files") }
            return true
        } catch {
            logger.error("cannot prune the hash register: \(error)")
            return false
        }
    }

    /// - Returns: whether it went well.
    private func clearStaging(_ now: Int64) async -> Bool {
        let limit = now - context.configuration.stagingLifetime
        var isWell = true
        do {
            for id in try await context.abandonedStaging(notUsedSince: limit) {
                do {
                    try await context.clearAbandonedStaging(id)
                    logger.info("removed what a restore left in staging: \(id)")
                } catch {
                    logger.error("cannot remove what a restore left in staging, \(id): \(error)")
                    isWell = false
                }
            }
        } catch {
            logger.error("cannot look for what restores left in staging: \(error)")
            isWell = false
        }
        return isWell
    }
}
