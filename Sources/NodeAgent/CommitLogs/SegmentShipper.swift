import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials
import Logging

/// Ships the node's segments to one destination, in their order.
actor SegmentShipper {
    /// Segments that are made durable at once.
    private static let batch = 16
    private static let longestPause = Duration.seconds(60)

    private let target: ArchiveOrder.Target
    private let context: AgentContext
    private let logger: Logger
    private var store: CommitLogStore?
    private var failures = 0
    private var notBefore = ContinuousClock.now
    /// Why the last try failed; `nil` where it did not.
    private(set) var problem: String?

    init(_ target: ArchiveOrder.Target, context: AgentContext, logger: Logger) {
        self.target = target
        self.context = context
        self.logger = logger
    }

    /// Ships what there is, unless the last try failed a short while ago. One call at a time.
    func ship(host: HostID) async {
        guard ContinuousClock.now >= notBefore else { return }
        do {
            while try await shipBatch(host) { try Task.checkCancellation() }
            if failures > 0 { logger.info("shipping to \(target.id) again") }
            failures = 0
            problem = nil
        } catch is CancellationError {
            return
        } catch {
            failures += 1
            // What was opened may be what is broken.
            store = nil
            notBefore = .now + min(.seconds(1) * (1 << min(failures - 1, 10)), Self.longestPause)
            let sentence = "\(error)"
            if problem != sentence { logger.warning("cannot ship to \(target.id): \(sentence)") }
            problem = sentence
        }
    }

    /// - Returns: whether there was anything.
    private func shipBatch(_ host: HostID) async throws -> Bool {
        let ledger = context.archive.ledger
        let segments = try await ledger.waiting(for: target.id, limit: Self.batch)
        guard !segments.isEmpty else { return false }
        let version = try await ledger.archive().cassandraVersion
        let store =
            try self.store
            ?? context.commitLogStore(
                of: target.destination, host: host, throttle: target.options.throttle)
        self.store = store
        var copies: [CopyRecord] = []
        for segment in segments {
            try Task.checkCancellation()
            guard let bytes = segment.bytes, let sha256 = segment.sha256 else { continue }
            let name = try CommitLogSegmentName(segment.name)
            let stored = try await store.put(
                name, from: segment.path,
                SegmentDocument(
                    sequence: segment.sequence, firstWrite: Double(segment.firstWrite) / 1e6,
                    lastWrite: Double(segment.lastWrite) / 1e6, bytes: bytes, sha256: sha256,
                    version: name.version, cassandraVersion: version, hostID: host),
                compressing: target.options.compressed)
            copies.append(
                CopyRecord(
                    sequence: segment.sequence, destinationID: target.id,
                    storedBytes: stored.bytes, isCompressed: stored.isCompressed))
        }
        try await store.destination.settle()
        let now = Int64(Date().timeIntervalSince1970 * 1e6)
        try await ledger.stored(
            copies.map { copy in
                var copy = copy
                copy.storedAt = now
                return copy
            })
        return true
    }
}
