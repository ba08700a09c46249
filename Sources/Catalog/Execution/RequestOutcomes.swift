package import Postgres
import Statements

/// How requests go on and how they end.
package struct RequestOutcomes {
    private let connection: Connection

    /// - Parameter connection: in a transaction that permits the cluster.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Ends a request that runs; what its nodes had come to is folded into its details.
    package func end(cluster: String, requestID: String, _ ending: EndedAs) throws {
        try connection.run(
            ExecutionStatement.requestEnd, .text(cluster), .text(requestID),
            .text(ending.outcome.rawValue), .text(ending.message))
        try connection.run(ExecutionStatement.progressClear, .text(cluster), .text(requestID))
    }

    /// Writes how far nodes have come.
    ///
    /// - Parameter documents: node address → its member of `details.subrequests`, JSON.
    package func write(cluster: String, requestID: String, documents: [String: String]) throws {
        let entries = Array(documents)
        try connection.run(
            ExecutionStatement.progressWrite, .text(cluster), .text(requestID),
            .array(entries.map(\.key)), .array(entries.map(\.value)))
    }
}
