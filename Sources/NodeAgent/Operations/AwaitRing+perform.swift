package import AgentProtocol

extension AwaitRing: PerformableOperation {
    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> NoResult
    {
        let end = ContinuousClock.now + .seconds(timeLimit)
        while true {
            let away = try await context.nodetool.status().filter {
                !$0.isUp || $0.movement != .normal
            }
            guard !away.isEmpty else { return NoResult() }
            guard ContinuousClock.now < end else {
                let addresses = away.map(\.address).sorted().joined(separator: ", ")
                throw OperationFailure(
                    code: .conflict, object: addresses,
                    message: "\(addresses) is not up and normal, as "
                        + "\(context.configuration.cassandra.address) sees it.")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
