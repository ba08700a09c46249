package import Postgres

extension JobQueue {
    /// Waits for a job that was enqueued with `isAwaited` to end, outside any transaction.
    ///
    /// - Parameters:
    ///   - connection: in no transaction.
    ///   - clusterID: the job's cluster.
    ///   - jobID: as `enqueue` answered it, its transaction committed.
    ///   - seconds: how long to wait at most.
    ///   - heartbeat: called about once a second while waiting.
    /// - Returns: how it ended; `nil` when it has not in that time.
    package static func waitForEnding(
        on connection: Connection, clusterID: String, jobID: String, seconds: Double,
        heartbeat: () throws -> Void = {}
    ) throws -> JobEnding? {
        try connection.run(QueueStatement.resultListen)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        // Listening first, looking second: an end between two looks is announced.
        var ending = try look(connection, clusterID: clusterID, jobID: jobID)
        while ending == nil {
            let left = clock.now.duration(to: deadline)
            guard left > .zero else { break }
            try heartbeat()
            let pause = min(left, .seconds(1)) / Duration.milliseconds(1)
            let announced = try connection.notifications(waiting: Int32(pause.rounded(.up)))
            guard announced.contains(where: { $0.payload == jobID }) else { continue }
            ending = try look(connection, clusterID: clusterID, jobID: jobID)
        }
        try connection.run(QueueStatement.resultUnlisten)
        return try ending ?? look(connection, clusterID: clusterID, jobID: jobID)
    }

    private static func look(
        _ connection: Connection, clusterID: String, jobID: String
    ) throws -> JobEnding? {
        try connection.transaction(permitting: .only(clusterID)) { connection in
            try JobQueue(connection).ending(clusterID: clusterID, jobID: jobID)
        }
    }
}
