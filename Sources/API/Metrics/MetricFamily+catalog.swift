/// What PostgreSQL knows. With several APIs on one database each tells the same.
extension MetricFamily {
    static let databaseUp = MetricFamily(
        "database_up", .gauge, "Whether the database answered this scrape: 1 or 0.")

    static let queueJobs = MetricFamily(
        "queue_jobs", .gauge,
        "Jobs that have not ended, by standing: ready, blocked by another job of the cluster,"
            + " delayed to a later time, or running.")
    static let queueOldestAge = MetricFamily(
        "queue_oldest_age_seconds", .gauge,
        "For how long the oldest of these jobs has been so; of delayed ones, since they were"
            + " queued.")
    static let jobs = MetricFamily(
        "jobs_total", .counter,
        "Jobs that ended, by outcome: success, partial, error or cancelled.")
    static let jobLastEnd = MetricFamily(
        "job_last_end_timestamp_seconds", .gauge, "When a job of this kind last ended so.")
    static let jobRetries = MetricFamily(
        "job_retries_total", .counter, "Times that jobs were put back after a failure.")
    static let jobLapses = MetricFamily(
        "job_lapses_total", .counter, "Times that the executor of a job died or stalled.")

    static let lastGoodBackup = MetricFamily(
        "last_good_backup_timestamp_seconds", .gauge,
        "The time of the newest good backup of a keyspace, on the nodes or on any destination;"
            + " 0 where there is none.")

    static let agentLastSeen = MetricFamily(
        "agent_last_seen_timestamp_seconds", .gauge, "When a node's agent last reported.")
    static let nodeUp = MetricFamily(
        "node_up", .gauge, "Whether Cassandra answered its agent at the last report: 1 or 0.")
    static let agentSentBytes = MetricFamily(
        "agent_sent_bytes_total", .counter,
        "Bytes of backups that an agent had to send to destinations, counted when its part of one"
            + " is whole.")
    static let agentSendingTime = MetricFamily(
        "agent_sending_seconds_total", .counter, "For how long the agent was at sending them.")
    static let agentTransferRate = MetricFamily(
        "agent_transfer_bytes_per_second", .gauge,
        "Bytes that an agent moves at this moment, on the average of its stage, by the type of the"
            + " request; a node that moves none has no line.")

    static let archiveReach = MetricFamily(
        "archive_reach_timestamp_seconds", .gauge,
        "Up to when every destination has the commitlogs of a node; since when it should, before"
            + " it has the first.")
    static let archiveWaitingSegments = MetricFamily(
        "archive_waiting_segments", .gauge,
        "Commitlog segments that are not yet on every destination.")
    static let archiveWaitingBytes = MetricFamily(
        "archive_waiting_bytes", .gauge, "Bytes of these segments.")
    static let archiveLostSegments = MetricFamily(
        "archive_lost_segments", .gauge, "Commitlog segments that existed and could not be got.")
}
