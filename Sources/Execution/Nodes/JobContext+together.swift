import AgentProtocol

extension JobContext {
    /// Does something for all of these at the same time; answers results and failures.
    ///
    /// - Throws: what is not a node's fault: cancellation, or a database that is away.
    func together<Item: Sendable, Outcome: Sendable>(
        _ items: [Item], _ work: @escaping @Sendable (Item) async throws -> Outcome
    ) async throws -> (results: [(Item, Outcome)], failures: [(Item, OperationFailure)]) {
        try await withThrowingTaskGroup(
            of: (Item, Result<Outcome, OperationFailure>).self
        ) { group in
            for item in items {
                group.addTask {
                    do {
                        return (item, .success(try await work(item)))
                    } catch let failure as OperationFailure {
                        return (item, .failure(failure))
                    }
                }
            }
            var results: [(Item, Outcome)] = []
            var failures: [(Item, OperationFailure)] = []
            for try await (item, result) in group {
                switch result {
                case .success(let outcome): results.append((item, outcome))
                case .failure(let failure): failures.append((item, failure))
                }
            }
            return (results, failures)
        }
    }
}
