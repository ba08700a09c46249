import BackupModel

extension Fields {
    /// The members `cleanup_age`, `cleanup_age_unit` and `keep`; `nil` where none of them says
    /// anything. An age of 0 keeps everything.
    func retentionRule() throws -> RetentionRule? {
        let age = try cleanupAge()
        let keep = try has("keep") ? keptCounts() : nil
        if age == nil, keep == nil { return nil }
        return age == 0 ? .everything : RetentionRule(age: age, keep: keep)
    }

    /// Seconds.
    private func cleanupAge() throws -> Int64? {
        let unit = try text("cleanup_age_unit").flatMap { $0.isEmpty ? nil : $0 } ?? "days"
        guard let age = try wholeNumber("cleanup_age", in: 0...100_000) else { return nil }
        let seconds: Int64
        switch Recurrence.Unit(rawValue: unit) {
        case .minutes: seconds = 60
        case .hours: seconds = 3_600
        case .days: seconds = 86_400
        case .weeks: seconds = 604_800
        case nil:
            throw refused("cleanup_age_unit", "'\(unit)'", "minutes, hours, days or weeks")
        }
        return age * seconds
    }

    /// A misspelt name must not let everything go, so one count at least has to be there.
    private func keptCounts() throws -> KeptCounts {
        let keep = try section("keep")
        func count(_ key: String) throws -> Int? {
            try keep.wholeNumber(key, in: 0...100_000).map { Int($0) }
        }
        let counts = KeptCounts(
            last: try count("last"), daily: try count("daily"), weekly: try count("weekly"),
            monthly: try count("monthly"), yearly: try count("yearly"))
        let known: Set = ["last", "daily", "weekly", "monthly", "yearly"]
        if let other = keep.members.keys.sorted().first(where: { !known.contains($0) }) {
            throw refused("keep", "'\(other)'", "last, daily, weekly, monthly and yearly")
        }
        guard counts != KeptCounts() else {
            throw refused("keep", "an empty object", "last, daily, weekly, monthly and yearly")
        }
        return counts
    }

    /// A number without fraction.
    func wholeNumber(_ key: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let number = try number(key, minimum: Double(range.lowerBound)) else { return nil }
        guard let whole = Int64(exactly: number), range.contains(whole) else {
            throw refused(
                key, "\(number)",
                "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return whole
    }
}
