package import BackupModel
import FoundationEssentials
package import Postgres
import Statements

/// The schedules of one cluster. Every call is part of the caller's transaction.
package struct ScheduleStore {
    private let connection: Connection
    private let clusterID: String

    package init(_ connection: Connection, clusterID: String) {
        self.connection = connection
        self.clusterID = clusterID
    }

    /// All schedules, a JSON array.
    package func list() throws -> String {
        try connection.run(ScheduleStatement.list, .text(clusterID))[0].text(0)
    }

    /// A schedule, a JSON object; `nil` where there is none of this id.
    package func show(_ id: String) throws -> String? {
        try connection.run(ScheduleStatement.show, .text(clusterID), .text(id)).first?.text(0)
    }

    /// The name of a time zone as its database spells it; `nil` where there is none.
    package func timeZone(named name: String) throws -> String? {
        try connection.run(ScheduleStatement.zone, .text(name))[0].optionalText(0)
    }

    /// The day of the next such time by the clock of a zone.
    package func firstDate(at time: ScheduleTime, in zone: String) throws -> String {
        try connection.run(ScheduleStatement.firstDate, .text(zone), .text(time.text))[0].text(0)
    }

    /// Adds a schedule; answers its id, and whether it will ever run.
    package func add(_ entry: ScheduleEntry) throws -> (id: String, runs: Bool) {
        let row = try connection.run(
            SQLText.statement(ScheduleStatement.add.rawValue),
            [.text(clusterID)] + parameters(entry))[0]
        return (try row.text(0), try row.flag(1))
    }

    /// Changes a schedule; answers whether it will ever run, or has; `nil` where there is none of
    /// this id.
    package func put(_ entry: ScheduleEntry, as id: String) throws -> Bool? {
        try connection.run(
            SQLText.statement(ScheduleStatement.put.rawValue),
            [.text(clusterID), .text(id)] + parameters(entry)
        ).first?.flag(1)
    }

    /// Removes a schedule, not its backups; answers whether there was one.
    package func remove(_ id: String) throws -> Bool {
        try connection.run(ScheduleStatement.remove, .text(clusterID), .text(id)).affected == 1
    }

    private func parameters(_ entry: ScheduleEntry) throws -> [Parameter] {
        [
            .text(entry.firstDate.text), .text(entry.firstTime.text), .text(entry.timeZone),
            .number(entry.recurrence.interval), .text(entry.recurrence.unit?.rawValue),
            .text(entry.jobParameters), .text(try json(entry.plan)),
            .text(try json(entry.retention)),
        ]
    }

    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}
