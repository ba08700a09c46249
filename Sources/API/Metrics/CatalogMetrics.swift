import Postgres
import Statements

/// What PostgreSQL knows, of all clusters.
struct CatalogMetrics {
    private let queue: Rows
    private let jobCounts: Rows
    private let backups: Rows
    private let nodes: Rows
    private let transfers: Rows

    /// Reads it, within a few seconds.
    init(_ database: DatabaseSession) throws {
        (queue, jobCounts, backups, nodes, transfers) = try database.transaction(permitting: .all) {
            try $0.run(MetricsStatement.timeLimit)
            return (
                try $0.run(MetricsStatement.queue), try $0.run(MetricsStatement.jobCounts),
                try $0.run(MetricsStatement.backups), try $0.run(MetricsStatement.nodes),
                try $0.run(MetricsStatement.transfers)
            )
        }
    }

    func text() throws -> MetricsText {
        var text = MetricsText()
        text.begin(.databaseUp)
        text.add("1")
        for (family, column) in [(MetricFamily.queueJobs, 3), (.queueOldestAge, 4)] {
            try text.add(family, queue, ["cluster", "kind", "standing"], column)
        }
        try addJobCounts(to: &text)
        text.begin(.lastGoodBackup)
        for row in backups {
            for (place, column) in [("nodes", 2), ("destination", 3)] {
                text.add(
                    try row.text(column),
                    [("cluster", try row.text(0)), ("keyspace", try row.text(1)), ("place", place)])
            }
        }
        for (family, column) in Self.nodeColumns {
            try text.add(family, nodes, ["cluster", "host_id", "address"], column)
        }
        try text.add(.agentTransferRate, transfers, ["cluster", "address", "type"], 3)
        return text
    }

    private static let nodeColumns: [(MetricFamily, Int)] = [
        (.agentLastSeen, 3), (.nodeUp, 4), (.agentSentBytes, 5), (.agentSendingTime, 6),
        (.archiveReach, 7), (.archiveWaitingSegments, 8), (.archiveWaitingBytes, 9),
        (.archiveLostSegments, 10),
    ]

    private func addJobCounts(to text: inout MetricsText) throws {
        let apart: [(String, MetricFamily)] = [("retried", .jobRetries), ("lapsed", .jobLapses)]
        let ended = try jobCounts.filter { row in
            let outcome = try row.text(2)
            return !apart.contains { $0.0 == outcome }
        }
        for (family, column) in [(MetricFamily.jobs, 3), (.jobLastEnd, 4)] {
            try text.add(family, ended, ["cluster", "kind", "outcome"], column)
        }
        for (outcome, family) in apart {
            let rows = try jobCounts.filter { try $0.text(2) == outcome }
            try text.add(family, rows, ["cluster", "kind"], 3)
        }
    }
}

extension MetricsText {
    /// A metric with a line for each row that has a value in the column; the first columns are the
    /// labels.
    fileprivate mutating func add(
        _ family: MetricFamily, _ rows: some Sequence<Row>, _ labels: [String], _ column: Int
    ) throws {
        begin(family)
        for row in rows {
            guard let value = row.optionalText(column) else { continue }
            add(value, try labels.enumerated().map { ($1, try row.text($0)) })
        }
    }
}
