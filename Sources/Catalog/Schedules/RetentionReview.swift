package import BackupModel
import FoundationEssentials
package import Postgres
import Statements

/// What the rules of one schedule say of its backups. Every call is part of the caller's
/// transaction.
package struct RetentionReview {
    private let connection: Connection
    private let clusterID: String
    private let scheduleID: String

    package init(_ connection: Connection, clusterID: String, scheduleID: String) {
        self.connection = connection
        self.clusterID = clusterID
        self.scheduleID = scheduleID
    }

    /// Lets no other review act on this schedule until the transaction ends.
    package func lock() throws {
        try connection.run(
            ScheduleStatement.retentionLock, .text(clusterID), .text(scheduleID))
    }

    /// The rule of each destination; `nil` where there is no such schedule.
    package func rules() throws -> [String: RetentionRule]? {
        try connection.run(
            ScheduleStatement.retentionRules, .text(clusterID), .text(scheduleID)
        ).first.map {
            try JSONDecoder().decode([String: RetentionRule].self, from: Data($0.text(0).utf8))
        }
    }

    /// The verdict on each copy, by destination, the newest first.
    ///
    /// - Parameter rules: a destination without one keeps everything.
    package func verdicts(_ rules: [String: RetentionRule]) throws -> [String: [RetentionVerdict]] {
        var copies: [String: [RetainedCopy]] = [:]
        var now: Int64 = 0
        for row in try connection.run(
            ScheduleStatement.copies, .text(clusterID), .text(scheduleID))
        {
            copies[try row.text(0), default: []].append(
                RetainedCopy(
                    tag: try row.text(1), time: try row.number(2), wallTime: try row.number(3),
                    isWhole: try row.flag(4)))
            now = try row.number(5)
        }
        return Dictionary(
            uniqueKeysWithValues: copies.map { destination, copies in
                let rule = rules[destination] ?? .everything
                return (destination, rule.verdicts(on: copies, now: now))
            })
    }

    /// Begins the deletion of a copy with its request and event; answers the request's id, and the
    /// event's time in seconds since 1970. The job is the caller's.
    package func beginDeletion(
        of tag: String, on destination: String
    ) throws -> (requestID: String, eventTime: Int64) {
        let row = try connection.run(
            ScheduleStatement.beginDeletion, .text(clusterID), .text(tag), .text(destination))[0]
        return (try row.text(0), try row.number(1))
    }
}
