package import BackupModel

/// A schedule to be kept.
package struct ScheduleEntry: Sendable {
    package var firstDate: ScheduleDate
    package var firstTime: ScheduleTime
    /// A name of the time zone database, spelled as there.
    package var timeZone: String
    package var recurrence: Recurrence
    /// What the client gave, a JSON object.
    package var jobParameters: String
    package var plan: BackupPlan
    /// By destination; one without a rule keeps all.
    package var retention: [String: RetentionRule]

    package init(
        firstDate: ScheduleDate, firstTime: ScheduleTime, timeZone: String, recurrence: Recurrence,
        jobParameters: String, plan: BackupPlan, retention: [String: RetentionRule]
    ) {
        self.firstDate = firstDate
        self.firstTime = firstTime
        self.timeZone = timeZone
        self.recurrence = recurrence
        self.jobParameters = jobParameters
        self.plan = plan
        self.retention = retention
    }
}
