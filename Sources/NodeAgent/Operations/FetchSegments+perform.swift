package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension FetchSegments: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let folder = try ReplayFolders(context, stagingID: stagingID).staged
        let needed = segments.reduce(0) { $0 + $1.bytes }
        let free = try context.freeBytes(context.configuration.staging)
        let origin = try context.commitLogStore(of: destination, host: hostID)
        try await context.files.run { try LocalFile.makeFolders(folder) }
        // Before anything is written, so that no failure of the disk is missed.
        let flush = try FileSystemFlush(path: folder)
        try await inOrder(width: AgentContext.filesAtOnce) { submit in
            for segment in segments {
                try await submit {
                    try await fetch(
                        segment, from: origin, into: folder, free: free - needed, context)
                }
            }
        } each: { (_: Void) in
        }
        try await context.files.run { try flush.flush() }
        return NoResult()
    }

    /// - Parameter free: bytes that are left where all segments are brought.
    private func fetch(
        _ segment: NeededSegment, from origin: CommitLogStore, into folder: String, free: Int64,
        _ context: AgentContext
    ) async throws {
        let name = try CommitLogSegmentName(segment.name)
        let target = "\(folder)/\(name)"
        let isThere = try await context.files.run {
            guard FolderReader.isFile(target) else { return false }
            return try FileHasher().hash(path: target).hashes.sha256 == segment.sha256
        }
        if isThere { return }
        guard free > 0 else {
            throw OperationFailure(
                code: .noSpace, object: folder,
                message: "\(folder) has no room for the commitlogs: \(-free) bytes too few.")
        }
        try await bring(segment, name, from: origin, to: target, context)
    }

    /// Writes a segment as it is read; it ends only when all of it is what it must be.
    private func bring(
        _ segment: NeededSegment, _ name: CommitLogSegmentName, from origin: CommitLogStore,
        to target: String, _ context: AgentContext
    ) async throws {
        let file = try await context.files.run { try StagedFile(path: target) }
        do {
            let content = try await origin.read(
                name, isCompressed: segment.isCompressed,
                expecting: ObjectContent(sha256: segment.sha256, size: segment.bytes))
            for try await piece in content {
                try await context.files.run { try piece.withUnsafeBytes { try file.append($0) } }
            }
        } catch let error as ZstdError where error.code != .library {
            throw Self.corrupt(segment, "\(error)")
        } catch let error as DestinationError where [.wrongHash, .notThere].contains(error.code) {
            throw Self.corrupt(segment, error.message)
        }
    }

    private static func corrupt(_ segment: NeededSegment, _ reason: String) -> OperationFailure {
        OperationFailure(
            code: .corrupt, object: segment.name,
            message: "The commitlog segment \(segment.name) is corrupt: \(reason).")
    }
}
