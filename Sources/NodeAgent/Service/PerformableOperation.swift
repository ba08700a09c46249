package import AgentProtocol

/// An operation that this agent can perform. Every one can be performed again.
package protocol PerformableOperation: OperationParameters {
    /// Does it.
    ///
    /// - Throws: `OperationFailure`; anything else is answered as an internal error.
    func perform(in context: AgentContext, progress: OperationProgress) async throws -> Result
}
