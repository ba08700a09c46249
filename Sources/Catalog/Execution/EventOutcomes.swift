package import BackupModel
package import Postgres
import Statements

/// How the events of a request end; a finished event is rendered once, here.
package struct EventOutcomes {
    private let connection: Connection

    /// - Parameter connection: in a transaction that permits the cluster.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Ends a request's event of one destination, if it still runs.
    ///
    /// - Parameter fullStatus: the details to be kept, a small JSON object.
    package func end(
        cluster: String, requestID: String, destination: String, _ ending: EndedAs,
        fullStatus: String?
    ) throws {
        try connection.run(
            ExecutionStatement.eventEnd, .text(cluster), .text(requestID), .text(destination),
            .text(ending.outcome.rawValue), .text(ending.message), .text(fullStatus))
    }

    /// Lets the event say the keyspaces and tables that the copy holds, before it ends.
    package func takeKeyspaces(
        cluster: String, requestID: String, tag: BackupTag, destination: String
    ) throws {
        try connection.run(
            ExecutionStatement.eventKeyspaces, .text(cluster), .text(requestID), .text(tag.text),
            .text(destination))
    }

    /// Ends all events of a request that still run.
    package func endAll(
        cluster: String, requestID: String, _ ending: EndedAs, fullStatus: String?
    ) throws {
        try connection.run(
            ExecutionStatement.eventsCallOff, .text(cluster), .text(requestID),
            .text(ending.outcome.rawValue), .text(ending.message), .text(fullStatus))
    }

    /// Notes in the event that made a copy that the copy is gone.
    package func markDeleted(cluster: String, tag: BackupTag, destination: String) throws {
        try connection.run(
            ExecutionStatement.eventDeleted, .text(cluster), .text(tag.text), .text(destination))
    }
}
