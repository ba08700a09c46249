import AgentProtocol
package import BackupModel
package import Destinations
import FoundationEssentials

/// The commitlog segments of one host on one destination.
package struct CommitLogStore: Sendable {
    package let destination: any Destination
    package let layout: RepositoryLayout
    private let spool: SpoolRoom
    private let threads: FileThreads

    package init(
        destination: any Destination, host: HostID, spool: SpoolRoom, threads: FileThreads
    ) {
        self.destination = destination
        layout = RepositoryLayout(hostID: host)
        self.spool = spool
        self.threads = threads
    }

    /// How a segment was stored.
    package struct Stored: Sendable, Hashable {
        /// Bytes there.
        package var bytes: Int64
        package var isCompressed: Bool

        package init(bytes: Int64, isCompressed: Bool) {
            self.bytes = bytes
            self.isCompressed = isCompressed
        }
    }

    /// Stores a segment, and the document beside it. Both are durable after the next `settle()` of
    /// the destination. A segment that is there already has to be the same.
    ///
    /// - Parameter compressing: whether it is stored as zstd, if it gains from that.
    package func put(
        _ name: CommitLogSegmentName, from path: String, _ document: SegmentDocument,
        compressing: Bool
    ) async throws -> Stored {
        let content = ObjectContent(sha256: document.sha256, size: document.bytes)
        let stored = try await putSegment(name, from: path, content, compressing: compressing)
        let bytes = Array(try Self.encoder.encode(document))
        let outcome = try await destination.store(
            BytesSource(bytes), as: layout.segmentDocument(name),
            expecting: ObjectContent(of: bytes))
        if outcome == .alreadyThere {
            // It may tell of another life of the agent's ledger.
            try await destination.replace(BytesSource(bytes), as: layout.segmentDocument(name))
        }
        return stored
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    private func putSegment(
        _ name: CommitLogSegmentName, from path: String, _ content: ObjectContent,
        compressing: Bool
    ) async throws -> Stored {
        if compressing, let stored = try await putCompressed(name, from: path, content) {
            return stored
        }
        return try await putPlain(name, from: path, content)
    }

    private func putPlain(
        _ name: CommitLogSegmentName, from path: String, _ content: ObjectContent
    ) async throws -> Stored {
        let object = layout.segment(name, isCompressed: false)
        let outcome = try await destination.store(
            FileSource(path: path, threads: threads), as: object, expecting: content)
        if outcome == .alreadyThere { try await check(name, isCompressed: false, content) }
        return Stored(bytes: content.size, isCompressed: false)
    }

    /// - Returns: `nil` where it does not gain from it, or there is no room to do it.
    private func putCompressed(
        _ name: CommitLogSegmentName, from path: String, _ content: ObjectContent
    ) async throws -> Stored? {
        guard FileCompression.mayGain(path, size: content.size) else { return nil }
        return try await spool.with(content.size) { () -> Stored? in
            guard
                let compressed = try await FileCompression.compress(
                    path, expecting: content, in: spool.folder, threads: threads)
            else { return nil }
            let object = layout.segment(name, isCompressed: true)
            let outcome = try await destination.store(
                compressed.source, as: object, expecting: compressed.content)
            var size = compressed.content.size
            if outcome == .alreadyThere {
                try await check(name, isCompressed: true, content)
                size = try await destination.size(of: object) ?? size
            }
            return Stored(bytes: size, isCompressed: true)
        }
    }

    private func check(
        _ name: CommitLogSegmentName, isCompressed: Bool, _ content: ObjectContent
    ) async throws {
        for try await _ in try await read(name, isCompressed: isCompressed, expecting: content) {}
    }

    /// A segment as Cassandra wrote it, piece by piece; the last piece comes only when all of them
    /// are what they must be.
    ///
    /// - Throws: `DestinationError`, of code `wrongHash` also at its end; `ZstdError`.
    package func read(
        _ name: CommitLogSegmentName, isCompressed: Bool, expecting content: ObjectContent
    ) async throws -> ObjectBody {
        let object = layout.segment(name, isCompressed: isCompressed)
        let body = try await destination.read(object)
        let segment =
            isCompressed ? try body.decompressed(name: object, size: content.size) : body
        return segment.verified(against: content, name: object)
    }

    /// What lies beside a segment; `nil` where there is none, as the segment is not there then.
    package func document(of name: CommitLogSegmentName) async throws -> SegmentDocument? {
        do {
            let object = layout.segmentDocument(name)
            let bytes = try await destination.read(object).collect(upTo: 1 << 16, of: object)
            return try JSONDecoder().decode(SegmentDocument.self, from: Data(bytes))
        } catch let error as DestinationError where error.code == .notThere {
            return nil
        }
    }

    /// The next segments, in their order. All are listed for that, but only so many are held.
    ///
    /// - Parameter after: the last one of the page before; `nil` for the first page.
    package func segments(
        after: CommitLogSegmentName? = nil, limit: Int
    ) async throws -> [StoredSegment] {
        var found: [CommitLogSegmentName: StoredSegment] = [:]
        // What is behind it belongs to a later page.
        var bound: CommitLogSegmentName?
        for try await entry in destination.list("\(layout.commitLogs)/", depth: .all) {
            guard case .object(let object, let size) = entry,
                let file = object.split(separator: "/").last,
                let (name, part) = Self.part(of: String(file))
            else { continue }
            if let after, name <= after { continue }
            if let bound, name > bound { continue }
            var segment = found[name] ?? StoredSegment(name)
            switch part {
            case .document: segment.hasDocument = true
            case .plain: segment.plain = size
            case .compressed: segment.compressed = size
            }
            found[name] = segment
            if found.count >= 2 * limit {
                let nearest = found.keys.sorted().prefix(limit)
                bound = nearest.last
                found = found.filter { $0.key <= nearest.last ?? $0.key }
            }
        }
        return Array(found.values.sorted { $0.name < $1.name }.prefix(limit))
    }

    private enum Part { case document, plain, compressed }

    private static func part(of file: String) -> (CommitLogSegmentName, Part)? {
        for (ending, part) in [(".json", Part.document), (".zst", .compressed), ("", .plain)]
        where file.hasSuffix(ending) {
            return CommitLogSegmentName(file: String(file.dropLast(ending.count)))
                .map { ($0, part) }
        }
        return nil
    }

    /// What the catalog is to know of a segment; `nil` where its document is none of ours, or tells of
    /// something else than what lies there.
    ///
    /// - Parameters:
    ///   - destinationID: the destination's id in the catalog.
    ///   - storedAt: seconds since 1970.
    package func entry(
        of segment: StoredSegment, on destinationID: String, storedAt: Double
    ) async throws -> SegmentEntry? {
        let found: SegmentDocument?
        do {
            found = try await document(of: segment.name)
        } catch is DecodingError {
            return nil
        }
        guard let document = found, document.isSound, document.hostID == layout.hostID,
            let stored = segment.plain ?? segment.compressed,
            segment.plain == nil || stored == document.bytes
        else { return nil }
        return SegmentEntry(
            destinationID: destinationID, sequence: document.sequence, name: segment.name.text,
            firstWrite: document.firstWrite, lastWrite: document.lastWrite, outcome: .stored,
            bytes: document.bytes, storedBytes: stored, sha256: document.sha256,
            isCompressed: segment.plain == nil, version: segment.name.version,
            storedAt: storedAt)
    }

    /// Deletes segments, the documents first; those that are not there are deleted.
    package func delete(_ names: [CommitLogSegmentName]) async throws {
        try await destination.delete(names.map(layout.segmentDocument))
        try await destination.delete(
            names.flatMap {
                [layout.segment($0, isCompressed: false), layout.segment($0, isCompressed: true)]
            })
    }
}
