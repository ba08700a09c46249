package import BackupModel
import FoundationEssentials
package import JobQueue
package import Postgres
import Statements

/// Copies of backups that are not whole although the nodes hold all of them: who is owed another
/// try, and when. Every call is part of the caller's transaction.
package struct OwedSyncs {
    private let connection: Connection
    private let clusterID: String

    package init(_ connection: Connection, clusterID: String) {
        self.connection = connection
        self.clusterID = clusterID
    }

    /// Has a copy tried again by itself after a pause, unless it was often enough.
    ///
    /// - Returns: whether it will be.
    @discardableResult
    package func retryLater(tag: BackupTag, destination: String) throws -> Bool {
        let state = try connection.run(
            ExecutionStatement.copyRetries, .text(clusterID), .text(tag.text), .text(destination))
        guard let retries = try state.first?.number(0),
            let pause = SyncRetries.pause(afterRetries: Int(retries))
        else { return false }
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: clusterID, requestID: nil, kind: .retrySync,
                payload: .plain(
                    json: json(RetrySyncJob(tag: tag, destinationID: destination))),
                delay: pause))
        return true
    }

    /// Whether a copy is owed another try, in a transaction of its own.
    package static func isOwed(
        _ connection: Connection, clusterID: String, tag: BackupTag, destination: String
    ) throws -> Bool {
        try connection.read(
            SQLText.statement(ExecutionStatement.owedCopies.rawValue),
            [.text(clusterID), .number(SyncRetries.most), .text(tag.text), .text(destination)],
            permitting: .only(clusterID)
        ).count > 0
    }

    /// Begins what is owed of one copy now, as a sync with its own request and event.
    package func begin(tag: BackupTag, destination: String) throws {
        try begin(tag: tag, destination: destination, unless: [])
    }

    /// Begins all that is owed to destinations that this run of the cluster could reach.
    ///
    /// - Parameter run: the job of the backup that has just ended.
    package func begin(after run: ClaimedJob) throws {
        let failed = try connection.run(
            ExecutionStatement.failedDestinations, .text(clusterID), .text(run.requestID)
        ).map { try $0.text(0) }
        try begin(tag: nil, destination: nil, unless: Set(failed))
    }

    private func begin(
        tag: BackupTag?, destination: String?, unless unreachable: Set<String>
    ) throws {
        let owed = try connection.run(
            ExecutionStatement.owedCopies, .text(clusterID), .number(SyncRetries.most),
            .text(tag?.text), .text(destination))
        for copy in owed {
            let destination = try copy.text(1)
            guard !unreachable.contains(destination) else { continue }
            try enqueue(tag: BackupTag(copy.text(0)), destination: destination)
        }
    }

    private func enqueue(tag: BackupTag, destination: String) throws {
        try connection.run(ExecutionStatement.lockBackup, .text(clusterID), .text(tag.text))
        let begun = try connection.run(
            ExecutionStatement.beginSync, .text(clusterID), .text(tag.text), .text(destination))
        let options = try begun[0].optionalText(2).map {
            try JSONDecoder().decode(TransferOptions.self, from: Data($0.utf8))
        }
        _ = try JobQueue(connection).enqueue(
            NewJob(
                clusterID: clusterID, requestID: try begun[0].text(0), kind: .sync,
                payload: .plain(
                    json: json(
                        SyncJob(
                            tag: tag, eventTime: begun[0].number(1),
                            destinations: [destination: options ?? TransferOptions()]))),
                // What somebody asks for goes first.
                priority: -10))
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
