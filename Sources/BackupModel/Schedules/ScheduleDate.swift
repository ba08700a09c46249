/// A day of the calendar.
package struct ScheduleDate: Hashable, Sendable {
    /// `YYYY-MM-DD`
    package let text: String

    /// Reads `YYYY-MM-DD` of the years 1970 to 2999; `nil` where the calendar has no such day.
    package init?(_ text: String) {
        guard let day = CivilTime(tagText: "\(text)-00-00-00"), (1970...2999).contains(day.year)
        else { return nil }
        self.text = text
    }
}
