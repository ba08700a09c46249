package import BackupModel
import FoundationEssentials
package import JobQueue
package import Postgres
import Statements

/// How copies, events and requests end, each in the caller's transaction.
package struct Outcomes {
    private let connection: Connection
    private let clusterID: String

    package init(_ connection: Connection, clusterID: String) {
        self.connection = connection
        self.clusterID = clusterID
    }

    /// Notes one node's part of a copy: its tables, and what they came to in which time.
    package func put(_ part: NodePart, tag: BackupTag, destination: String) throws {
        let json = String(decoding: try JSONEncoder().encode(part.tables), as: UTF8.self)
        let node = part.node
        try connection.run(
            ExecutionStatement.putCopyTables, .text(clusterID), .text(tag.text),
            .text(destination), .text(node.hostID.text), .text(node.address), .text(json))
        try connection.run(
            ExecutionStatement.putCopyNode, .text(clusterID), .text(tag.text), .text(destination),
            .text(node.hostID.text), .text(node.address), .text(json), .number(part.milliseconds))
        guard let tokens = part.tokens else { return }
        try connection.run(
            ExecutionStatement.putBackupHost, .text(clusterID), .text(tag.text),
            .text(node.hostID.text),
            .text(String(decoding: try JSONEncoder().encode(tokens), as: UTF8.self)))
    }

    /// Ends a copy and its event; a copy that holds something usable is listed. One that a run could
    /// not send is tried again later.
    package func finishCopy(
        tag: BackupTag, destination: String, requestID: String, type: ActivityType = .backup,
        _ outcome: Outcome, message: String?, storedBytes: Int64
    ) throws {
        let isUsable = outcome == .success || outcome == .partial
        try connection.run(
            ExecutionStatement.finishCopy, .text(clusterID), .text(tag.text), .text(destination),
            .text(outcome.rawValue), .text(message), .flag(isUsable), .number(storedBytes))
        try finishEvent(
            requestID: requestID, destination: destination, type: type, outcome,
            message: message)
        if type == .backup, outcome == .partial || outcome == .error,
            destination != DestinationID.onServer
        {
            try OwedSyncs(connection, clusterID: clusterID).retryLater(
                tag: tag, destination: destination)
        }
    }

    /// Ends a copy that came to nothing; one that has ended stays as it is.
    package func finishCopyUnlessEnded(
        tag: BackupTag, destination: String, requestID: String, type: ActivityType = .backup,
        _ outcome: Outcome, message: String?
    ) throws {
        try connection.run(
            ExecutionStatement.abandonCopy, .text(clusterID), .text(tag.text), .text(destination),
            .text(outcome.rawValue), .text(message))
        try finishEvent(
            requestID: requestID, destination: destination, type: type, outcome,
            message: message)
    }

    /// Ends an event; one that has ended stays as it is.
    package func finishEvent(
        requestID: String, destination: String, type: ActivityType, _ outcome: Outcome,
        message: String?
    ) throws {
        try connection.run(
            ExecutionStatement.finishEvent, .text(clusterID), .text(requestID),
            .text(destination), .text(type.rawValue), .text(outcome.rawValue), .text(message))
    }

    /// Ends a job that cannot be done at all, with every copy and event of its request.
    package func abandon(_ job: ClaimedJob, message: String) throws {
        if let requestID = job.requestID {
            for statement in [ExecutionStatement.abandonCopies, .abandonEvents] {
                try connection.run(
                    statement, .text(clusterID), .text(requestID), .text(message))
            }
        }
        try finishRequest(job, .error, message: message)
    }

    /// Ends a request with its job; its progress goes into its details. The end of a backup is the
    /// time to try again what is owed of earlier ones.
    package func finishRequest(
        _ job: ClaimedJob, _ outcome: Outcome, message: String?, result: String? = nil
    ) throws {
        if let requestID = job.requestID {
            try connection.run(
                ExecutionStatement.finishRequest, .text(clusterID), .text(requestID),
                .text(outcome.rawValue), .text(message ?? ""))
            try connection.run(
                ExecutionStatement.clearProgress, .text(clusterID), .text(requestID))
        }
        if job.kind == .backup, outcome == .success || outcome == .partial {
            try OwedSyncs(connection, clusterID: clusterID).begin(after: job)
        }
        let ending: JobEnding =
            switch outcome {
            case .success, .partial, .running: .succeeded(result: result)
            case .error: .failed(error: message ?? "")
            case .cancelled: .cancelled
            }
        try JobQueue(connection).finish(job, ending)
    }
}
