package import AgentProtocol

/// sstableloader did not load everything, with its own sentence.
package struct LoaderError: CassandraFailure, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        /// None of the nodes it was told to ask answers.
        case nodeDown = "node_down"
        case unknownDirectory = "unknown_directory"
        /// The keyspace or table is not there: files were skipped.
        case unknownTable = "unknown_table"
        /// There was nothing to stream.
        case nothingLoaded = "nothing_loaded"
        /// Some node did not take every file.
        case incomplete
        /// The exit status was 0, but nothing tells what was sent.
        case unconfirmed
        case failed
    }

    package var code: Code
    /// The directory that was to be loaded.
    package var directory: String
    package var sentence: String

    package init(code: Code, directory: String, sentence: String) {
        self.code = code
        self.directory = directory
        self.sentence = sentence
    }

    package var failure: OperationFailure {
        let kind: OperationFailure.Code =
            switch code {
            case .nodeDown: .nodeDown
            case .incomplete: .unreachable
            case .unknownTable, .unknownDirectory: .notFound
            case .nothingLoaded, .unconfirmed, .failed: .tool
            }
        return OperationFailure(
            code: kind, object: directory, message: "sstableloader, \(directory): \(sentence)")
    }
}
