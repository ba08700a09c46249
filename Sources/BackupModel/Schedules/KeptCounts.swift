/// How many backups stay, whatever their age: of all, and one for each of the last days, weeks,
/// months and years that have one. A missing count keeps none by it.
package struct KeptCounts: Hashable, Sendable, Codable {
    package var last: Int?
    package var daily: Int?
    package var weekly: Int?
    package var monthly: Int?
    package var yearly: Int?

    package init(
        last: Int? = nil, daily: Int? = nil, weekly: Int? = nil, monthly: Int? = nil,
        yearly: Int? = nil
    ) {
        self.last = last
        self.daily = daily
        self.weekly = weekly
        self.monthly = monthly
        self.yearly = yearly
    }

    /// The number of a period, counting from anywhere, that holds a time.
    package enum Period: String, Sendable, CaseIterable {
        case daily, weekly, monthly, yearly

        /// - Parameter wallTime: seconds since 1970 by the wall clock, as if that were UTC.
        package func number(at wallTime: Int64) -> Int64 {
            let time = CivilTime(epochSeconds: wallTime)
            let day = (wallTime - Int64(time.secondOfDay)) / 86_400
            switch self {
            case .daily: return day
            // 1970 began on a Thursday; a week begins on Monday.
            case .weekly: return (day + 3 - ((day + 3) % 7 + 7) % 7) / 7
            case .monthly: return Int64(time.year * 12 + time.month)
            case .yearly: return Int64(time.year)
            }
        }
    }

    /// How many periods of this kind keep their last backup.
    package func count(of period: Period) -> Int {
        switch period {
        case .daily: daily ?? 0
        case .weekly: weekly ?? 0
        case .monthly: monthly ?? 0
        case .yearly: yearly ?? 0
        }
    }
}
