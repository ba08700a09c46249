package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials

extension ValidateDestination: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let target = try context.open(destination)
        let name = "probe-\(UUID().uuidString.lowercased())"
        let file = "\(context.configuration.stateDirectory)/.\(name)"
        try Data("helenus \(name)\n".utf8).write(to: URL(filePath: file))
        do {
            let digest = try FileHasher.digest(path: file)
            _ = try await target.put(name, file: file, sha256: digest.sha256, size: digest.size)
            let size = try await target.size(name)
            guard size == digest.size else {
                throw OperationFailure(
                    code: .corrupt, object: name,
                    message: "\(destination) does not give back what was written to it.")
            }
            try await target.delete([name])
        } catch {
            try FileManager.default.removeItem(atPath: file)
            throw error
        }
        try FileManager.default.removeItem(atPath: file)
        return NoResult()
    }
}
