package import AgentProtocol

/// An error of this folder's: it knows what it means for the operation that met it.
package protocol CassandraFailure: Error, Sendable, CustomStringConvertible {
    /// The failure as the executor is told it.
    var failure: OperationFailure { get }
}

extension CassandraFailure {
    package var description: String { failure.message }
}
