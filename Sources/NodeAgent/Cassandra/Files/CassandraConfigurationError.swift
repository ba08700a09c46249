package import AgentProtocol

/// A `cassandra.yaml` that cannot be understood.
package struct CassandraConfigurationError: CassandraFailure, Hashable {
    package var sentence: String

    package init(sentence: String) {
        self.sentence = sentence
    }

    package var failure: OperationFailure {
        OperationFailure(
            code: .invalid, object: "cassandra.yaml", message: "cassandra.yaml: \(sentence)")
    }
}
