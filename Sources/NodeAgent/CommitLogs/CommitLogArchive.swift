package import AgentProtocol
package import BackupModel
package import Destinations
import FoundationEssentials
import Glibc
import SegmentCopy

/// The archiving of the node's commitlogs on the node: what Cassandra is told to do, and what it
/// archived, taken into the ledger in its order. Shipping is `ArchiveService`'s.
package actor CommitLogArchive {
    /// A segment that Cassandra has not written to for so long is complete, if there is a later one
    /// with content.
    private static let longSettled: Int64 = 300 * 1_000_000
    /// Segments that one pass takes in.
    private static let batch = 256

    let settings: ArchiveSettings
    package nonisolated let ledger: ArchiveLedger
    private let files: FileThreads
    private let turnstile = Turnstile()
    private let now: @Sendable () -> Int64
    /// Segments that have the name of one in the ledger and other content, by path.
    private var strangers: [String: String] = [:]
    /// Why finished segments could not be archived, by path.
    private var sweepProblems: [String: String] = [:]

    /// - Parameter now: microseconds since 1970.
    package init(
        settings: ArchiveSettings, files: FileThreads, now: @escaping @Sendable () -> Int64
    ) throws {
        self.settings = settings
        self.files = files
        self.now = now
        ledger = try ArchiveLedger(path: "\(settings.stateFolder)/archive.sqlite")
    }

    // MARK: Configuration

    /// Writes the node's properties as they are to be. Can be done again.
    ///
    /// - Parameters:
    ///   - cassandraVersion: from 2.2 on segments are not written to again, and can be linked.
    ///   - uptime: seconds since the Cassandra that runs was started; `nil` where none runs.
    /// - Returns: whether that Cassandra has to be started again to read them.
    package func configure(
        _ order: ConfigureArchive, cassandraVersion: String, uptime: Int64?
    ) async throws -> Bool {
        try await turnstile.pass {
            try await self.writeProperties(order, cassandraVersion: cassandraVersion)
            let archive = try await self.ledger.archive()
            guard let changed = archive.propertiesChanged else { return false }
            guard let uptime else { return true }
            // It told whole seconds.
            return changed + 1_000_000 > self.now() - uptime * 1_000_000
        }
    }

    private func writeProperties(
        _ order: ConfigureArchive, cassandraVersion: String
    ) async throws {
        let file = try settings.properties()
        let before = try await ledger.archive()
        guard order.isEnabled else {
            let isThere = try file.has(settings.program)
            // Noted before it is done: an agent that dies in between must not forget the restart.
            let now = now()
            try await ledger.change { archive in
                archive.isEnabled = false
                if isThere { archive.propertiesChanged = now }
            }
            try file.restore(program: settings.program)
            try await ledger.change { $0.epoch = order.epoch }
            return
        }
        guard let host = before.hostID else {
            throw OperationFailure(
                code: .nodeDown, object: "", message: "The node's host id is not known yet.")
        }
        // Nodes may share the directory.
        let folder = "\(order.directory)/\(host)"
        try settings.checkProgram()
        try settings.prepare(folder)
        let command = settings.command(into: folder, links: Self.keepsSegments(cassandraVersion))
        let found = try file.command
        let (isNew, noted) = (found != command || before.command != command, now())
        try await ledger.change { archive in
            // Somebody took it out meanwhile: what was written since may be in no archive.
            if before.isEnabled, found != before.command { archive.breakRun() }
            archive.isEnabled = true
            archive.command = command
            archive.cassandraVersion = cassandraVersion
            if archive.folders.last != folder {
                archive.folders.removeAll { $0 == folder }
                archive.folders.append(folder)
            }
            if isNew { archive.propertiesChanged = noted }
        }
        try file.install(command)
        let written = now()
        try await ledger.change { archive in
            archive.epoch = order.epoch
            if isNew { archive.propertiesChanged = written }
        }
    }

    /// Whether a version of Cassandra never writes to a segment again that it has archived.
    private static func keepsSegments(_ version: String) -> Bool {
        let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (2, 2)
    }

    /// Keeps what is shipped where; what was to be shipped elsewhere is given up.
    package func accept(_ order: ArchiveOrder) async throws {
        try await turnstile.pass {
            let targets = Dictionary(
                order.targets.map { ($0.id, $0.options) }, uniquingKeysWith: { $1 })
            let before = try await self.ledger.archive().targets
            // First: what nobody is to get any more leaves the node.
            try await self.ledger.shipWaiting(to: targets.keys.filter { before[$0] == nil })
            try await self.ledger.change { archive in
                archive.targets = targets
                // A ledger that is newer than the catalog was lost in between.
                if archive.nextSequence <= order.knownSequence {
                    archive.nextSequence = order.knownSequence + 2
                }
            }
            try await self.ledger.keepTargets(Array(targets.keys))
        }
    }

    /// Remembers which node this is, for the times when Cassandra does not tell.
    package func note(host: HostID) async throws {
        try await ledger.change { $0.hostID = host.text }
    }

    /// The node's host id; `nil` before it was ever told.
    package func hostID() async throws -> HostID? {
        try await ledger.archive().hostID.map { try HostID($0) }
    }

    // MARK: Stopping and starting

    /// Cassandra is stopped, and is started only by this agent: what it has not archived is
    /// archived now, which old versions would not do when they start. Archiving begins or ends
    /// here.
    package func nodeIsDown() async throws {
        try await turnstile.pass {
            let archive = try await self.ledger.archive()
            guard let folder = archive.folders.last, !archive.isReplaying else { return }
            if archive.runBegan != nil {
                while try await self.collect(self.ledger.archive(), into: folder, isDown: true) {}
            }
            // Another folder than the newest is done with when it is empty.
            let full = try archive.folders.filter {
                try !CommitLogFolder(path: $0).segments().isEmpty
            }
            let now = self.now()
            let newest = try CommitLogFolder(path: self.settings.commitLogFolder).segments().last
            try await self.ledger.change { archive in
                if !archive.isEnabled {
                    archive.breakRun()
                } else if archive.runBegan == nil {
                    archive.runBegan = now
                    archive.ignoredUpTo = newest?.name.id ?? 0
                }
                archive.folders.removeAll { $0 != folder && !full.contains($0) }
            }
        }
    }

    /// A restore takes the node back in time: nothing that lies in Cassandra's folder until it has
    /// ended is archived. Can be done again.
    package func beginReplay() async throws {
        try await turnstile.pass {
            _ = try await self.ledger.change { archive in
                archive.breakRun()
                archive.isReplaying = true
            }
        }
    }

    /// The node is up as it was then. What is archived from now on does not follow what was archived
    /// so far. Can be done again.
    package func endReplay() async throws {
        try await turnstile.pass {
            guard try await self.ledger.archive().isReplaying else { return }
            let now = self.now()
            try await self.ledger.take([], seen: [], now: now)
            _ = try await self.ledger.change { archive in
                archive.isReplaying = false
                archive.breakRun()
                guard archive.isEnabled else { return }
                archive.runBegan = now
                archive.ignoredUpTo = 0
            }
        }
    }

    // MARK: Taking in

    /// Takes in what Cassandra has archived, and archives what it could not. Answers whether there
    /// may be more.
    package func collect() async throws -> Bool {
        try await turnstile.pass {
            let archive = try await self.ledger.archive()
            guard let folder = archive.folders.last, !archive.isReplaying,
                archive.isEnabled || archive.runBegan != nil
            else { return false }
            return try await self.collect(archive, into: folder, isDown: false)
        }
    }

    @discardableResult
    private func collect(
        _ archive: ArchiveRecord, into folder: String, isDown: Bool
    ) async throws -> Bool {
        // Cassandra's folder first: what vanishes from it was archived before, if it was.
        let own = try archive.runBegan == nil ? [] : ownSegments(after: archive.ignoredUpTo)
        let staged = try archive.folders.flatMap { try CommitLogFolder(path: $0).segments() }
        let seen = try await ledger.seen()
        let names = Set(own.map(\.name.text) + staged.map(\.name.text) + seen.map(\.name))
        let known = try await ledger.records(of: Array(names))
        let found = try SegmentSurvey(
            own: own, staged: staged, seen: seen, known: known,
            newestKnown: try await ledger.newest().map(\.name), isDown: isDown,
            settledBefore: now() - Self.longSettled)
        let overdue = try await archiveOverdue(found.overdue, into: folder, archive)
        // Before the agent knows where to ship to, all stays where it is.
        guard !archive.targets.isEmpty else { return false }
        try await settleKnown(
            found.expected + found.duplicates
                + overdue.archived.filter { known[$0.name.text] != nil }, known)
        // One by one in their order, whatever has become of each.
        var arrivals = (found.arrived + overdue.archived).map {
            ArchiveLedger.Arrival(segment: $0, state: .staged)
        }
        arrivals += overdue.failed.map { .init(segment: $0, state: .expected) }
        arrivals += found.lost.map { .init(segment: $0, state: .lost) }
        arrivals.removeAll { known[$0.segment.name.text] != nil }
        arrivals.sort { $0.segment.name < $1.segment.name }
        let isWhole = arrivals.count <= Self.batch
        arrivals = Array(arrivals.prefix(Self.batch))
        for index in arrivals.indices where arrivals[index].state == .staged {
            let content = try await content(of: arrivals[index].segment)
            arrivals[index].bytes = content.size
            arrivals[index].sha256 = content.sha256
        }
        let unarchived = isWhole ? found.unarchived : seen
        if !arrivals.isEmpty || unarchived.map(\.name) != seen.map(\.name) {
            try await ledger.take(arrivals, seen: unarchived, now: now())
        }
        return !isWhole
    }

    /// The segments with content in Cassandra's own folder.
    private func ownSegments(after id: Int64) throws -> [CommitLogFolder.Segment] {
        try CommitLogFolder(path: settings.commitLogFolder).segments()
            .filter { try $0.name.id > id && CommitLogFolder.isUsed($0) }
    }

    private func content(of segment: CommitLogFolder.Segment) async throws -> ObjectContent {
        try await ObjectContent(of: FileSource(path: segment.path, threads: files))
    }

    /// Does what the archive command did not.
    private func archiveOverdue(
        _ segments: [CommitLogFolder.Segment], into folder: String, _ archive: ArchiveRecord
    ) async throws -> (archived: [CommitLogFolder.Segment], failed: [CommitLogFolder.Segment]) {
        var (archived, failed): ([CommitLogFolder.Segment], [CommitLogFolder.Segment]) = ([], [])
        var problems: [String: String] = [:]
        let links = Self.keepsSegments(archive.cassandraVersion)
        for segment in segments {
            let target = "\(folder)/\(segment.name)"
            do {
                try await files.run {
                    try SegmentCopy(source: segment.path, target: target, links: links).perform()
                }
                var copy = segment
                copy.path = target
                archived.append(copy)
            } catch let error as SegmentCopyError {
                problems[segment.path] = error.description
                failed.append(segment)
            }
        }
        sweepProblems = problems
        return (archived, failed)
    }

    /// What is staged under a name that the ledger has: one that was expected has come; one that
    /// was shipped already was archived twice, and goes.
    private func settleKnown(
        _ segments: [CommitLogFolder.Segment], _ known: [String: SegmentRecord]
    ) async throws {
        for segment in segments {
            guard var record = known[segment.name.text], strangers[segment.path] == nil else {
                continue
            }
            let content = try await content(of: segment)
            switch record.state {
            case .expected, .lost:
                record.state = .staged
                record.path = segment.path
                record.bytes = content.size
                record.sha256 = content.sha256
                try await ledger.update(record)
            case .shipped where record.sha256 == content.sha256:
                guard unlink(segment.path) == 0 || errno == ENOENT else {
                    throw OperationFailure(
                        code: .denied, object: segment.path,
                        message: "The agent may not delete \(segment.path).")
                }
            case .shipped, .staged:
                strangers[segment.path] =
                    "\(segment.path) was archived before with other content; it is not shipped."
            }
        }
    }

    // MARK: State

    /// How it stands; `nil` where it was never enabled.
    ///
    /// - Parameter problems: why shipping failed last, by destination.
    package func state(problems: [String: String]) async throws -> ArchiveState? {
        let archive = try await ledger.archive()
        guard let folder = archive.folders.last else { return nil }
        let backlog = try await ledger.backlog()
        let isInPlace =
            try archive.isEnabled ? settings.properties().command == archive.command : true
        let space = try FolderReader.isFolder(folder) ? FileSystemSpace(path: folder) : nil
        var warnings: [String] = []
        if !isInPlace {
            warnings.append("\(settings.propertiesPath ?? "") does not have the archive command.")
        }
        if let space, archive.isEnabled || backlog.segments > 0,
            let warning = settings.warning(of: space, in: folder)
        {
            warnings.append(warning)
        }
        warnings += strangers.values.sorted() + sweepProblems.values.sorted()
        var places: [String: ArchiveState.Place] = [:]
        for id in Set(archive.targets.keys).union(backlog.byDestination.keys) {
            places[id] = .init(
                waitingSegments: backlog.byDestination[id] ?? 0, problem: problems[id])
        }
        return ArchiveState(
            epoch: archive.epoch, isEnabled: archive.isEnabled, isInPlace: isInPlace,
            waitingSegments: backlog.segments, waitingBytes: backlog.bytes,
            lostSegments: backlog.lost, freeBytes: space?.freeBytes ?? 0,
            totalBytes: space?.totalBytes ?? 0, destinations: places, warnings: warnings)
    }
}
