import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

/// Sends the files of a snapshot to one destination, those that it lacks.
///
/// A file has two forms there, each an object of its own name: as it is, and in zstd. Where files
/// are to be compressed, either form that is there will do, and none is compressed again; where not,
/// only the file as it is counts, which other tools read too.
struct FileSender: Sendable {
    let tag: BackupTag
    let target: any Destination
    let layout: RepositoryLayout
    let compresses: Bool
    let context: AgentContext
    private let turnstile = Turnstile()

    init(
        tag: BackupTag, target: any Destination, layout: RepositoryLayout, compresses: Bool,
        context: AgentContext
    ) {
        self.tag = tag
        self.target = target
        self.layout = layout
        self.compresses = compresses
        self.context = context
    }

    /// The objects that may hold a file.
    func names(of entry: ManifestEntry) -> [String] {
        compresses ? [entry.name, RepositoryLayout.compressed(entry.name)] : [entry.name]
    }

    /// A file that the destination has as it is; `nil` where `send` must look closer.
    ///
    /// - Parameter known: as for `send`.
    func found(_ entry: ManifestEntry, known: [String: Int64]?) throws -> SentFile? {
        guard !compresses, let stored = known?[entry.name], let size = entry.size else {
            return nil
        }
        guard stored == size else { throw unexpected(entry.name, stored, "\(size)") }
        return SentFile(entry: entry, bytes: 0)
    }

    /// Sends a file unless the destination has it.
    ///
    /// - Parameters:
    ///   - entry: of the node's own manifest.
    ///   - known: what the destination has of `names(of:)`; `nil`: it is to be asked.
    func send(_ entry: ManifestEntry, known: [String: Int64]?) async throws -> SentFile {
        guard let path = context.directories.file(entry, of: tag), let sha256 = entry.sha256,
            let size = entry.size
        else {
            throw OperationFailure(
                code: .corrupt, object: entry.name,
                message: "\(entry.file ?? entry.name) has gone from the snapshot \(tag).")
        }
        let content = ObjectContent(sha256: sha256, size: size)
        guard compresses else {
            return try await sendAsIs(entry, path, content, stored: known?[entry.name])
        }
        let compressed = RepositoryLayout.compressed(entry.name)
        if let stored = try await storedSize(compressed, known) {
            guard stored > 0 else { throw unexpected(compressed, stored, "more") }
            return SentFile(entry: entry.inZstd(storedSize: stored), bytes: 0)
        }
        let stored = try await storedSize(entry.name, known)
        if stored == nil, let sent = try await sendCompressed(entry, path, content) { return sent }
        return try await sendAsIs(entry, path, content, stored: stored)
    }

    /// The size of an object; `nil` where it is not there.
    private func storedSize(_ name: String, _ known: [String: Int64]?) async throws -> Int64? {
        if let known { return known[name] }
        return try await target.size(of: layout.object(named: name))
    }

    private func sendAsIs(
        _ entry: ManifestEntry, _ path: String, _ content: ObjectContent, stored: Int64?
    ) async throws -> SentFile {
        let name = layout.object(named: entry.name)
        var stored = stored
        if stored == nil {
            let outcome = try await store(
                FileSource(path: path, threads: context.files), as: name, expecting: content)
            if outcome == .stored { return SentFile(entry: entry, bytes: content.size) }
            stored = try await target.size(of: name)
        }
        if let stored, stored != content.size {
            throw unexpected(entry.name, stored, "\(content.size)")
        }
        return SentFile(entry: entry, bytes: 0)
    }

    private func unexpected(_ name: String, _ stored: Int64, _ expected: String) -> OperationFailure
    {
        let name = layout.object(named: name)
        return OperationFailure(
            code: .corrupt, object: name,
            message: "\(name) on \(target.label) has \(stored) bytes, expected \(expected).")
    }

    /// Sends a file in zstd; `nil` where it does not gain, or where there is no room to compress it.
    private func sendCompressed(
        _ entry: ManifestEntry, _ path: String, _ content: ObjectContent
    ) async throws -> SentFile? {
        guard FileCompression.mayGain(path, size: content.size) else { return nil }
        let spool = context.spool
        return try await spool.with(content.size) {
            guard
                let compressed = try await FileCompression.compress(
                    path, expecting: content, in: spool.folder, threads: context.files)
            else { return nil }
            let name = layout.object(named: RepositoryLayout.compressed(entry.name))
            let outcome = try await store(
                compressed.source, as: name, expecting: compressed.content)
            var (stored, sent) = (compressed.content.size, compressed.content.size)
            if outcome == .alreadyThere {
                // Another file of this content was faster, maybe of an agent with another zstd.
                (stored, sent) = (try await target.size(of: name) ?? stored, 0)
            }
            return SentFile(entry: entry.inZstd(storedSize: stored), bytes: sent)
        }
    }

    private func store(
        _ source: any ObjectSource, as name: String, expecting content: ObjectContent
    ) async throws -> StoreOutcome {
        guard content.size > target.largestWhole else {
            return try await target.store(source, as: name, expecting: content)
        }
        return try await turnstile.pass {
            try await target.store(source, as: name, expecting: content)
        }
    }
}
