package import AgentProtocol
import FoundationEssentials
import GRDB

extension ClearStaging: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        guard !stagingID.isEmpty, !stagingID.contains("/"), !stagingID.hasPrefix(".") else {
            throw OperationFailure(
                code: .invalid, object: stagingID, message: "'\(stagingID)' names no staging.")
        }
        try await clearReplay(in: context)
        let imports = context.directories.paths.map { "\($0)/\(InPlaceTable.importRoot)" }
        for root in [context.configuration.staging] + imports {
            let folder = "\(root)/\(stagingID)"
            if FileManager.default.fileExists(atPath: folder) {
                try FileManager.default.removeItem(atPath: folder)
            }
        }
        _ = try await context.database.write { database in
            try LoadedTable.filter(Column("stagingID") == stagingID).deleteAll(database)
            try PlacedSSTable.filter(Column("stagingID") == stagingID).deleteAll(database)
        }
        return NoResult()
    }

    /// Removes what a point-in-time restore put aside, once all that replaces it is there.
    private func clearReplay(in context: AgentContext) async throws {
        let mark = try await context.replayMark(stagingID)
        guard mark.stage != .untouched else { return }
        guard mark.stage == .replayed else {
            throw OperationFailure(
                code: .conflict, object: stagingID,
                message: "The restore is not at its end: what it put aside stays.")
        }
        for folder in try ReplayFolders(context, stagingID: stagingID)
            .everyAside(context.directories)
        {
            try FileManager.default.removeItem(atPath: folder)
        }
        _ = try await context.database.write { try mark.delete($0) }
    }
}
