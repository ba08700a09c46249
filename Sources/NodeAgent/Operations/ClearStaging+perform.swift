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
}
