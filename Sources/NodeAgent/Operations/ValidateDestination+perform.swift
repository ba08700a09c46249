package import AgentProtocol
import BackupModel
import Crypto
import Destinations
import FoundationEssentials

extension ValidateDestination: PerformableOperation {
    /// Somebody waits for the answer: within seconds it is told what is wrong.
    private static let policy = RetryPolicy(attempts: 3)

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let target = try context.open(destination, policy: Self.policy)
        let name = "probe-\(UUID().uuidString.lowercased())"
        let content = Array("helenus \(name)\n".utf8)
        try await target.replace(BytesSource(content), as: name)
        let found = try await target.read(name).collect(upTo: 4_096, of: name)
        try await target.delete([name])
        guard found == content else {
            throw OperationFailure(
                code: .corrupt, object: name,
                message: "\(destination) does not give back what was written to it.")
        }
        return NoResult()
    }
}
