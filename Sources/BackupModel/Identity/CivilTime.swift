/// A moment in UTC as a calendar shows it, to the second.
///
/// The API's worker links no calendar library; the proleptic Gregorian calendar in UTC needs none.
package struct CivilTime: Hashable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int

    /// - Parameter epochSeconds: seconds since 1970-01-01 00:00:00 UTC, without leap seconds.
    package init(epochSeconds: Int64) {
        let days = Int(epochSeconds.floorDivided(by: 86_400))
        let secondOfDay = Int(epochSeconds - Int64(days) * 86_400)
        // Days are counted from 0000-03-01, so that the leap day is the last of its year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
    }

    /// Seconds since midnight.
    package var secondOfDay: Int { hour * 3_600 + minute * 60 + second }

    /// `2017-03-17-15-06-09`, as it stands in a backup's tag.
    package var tagText: String {
        [pad(year, 4), pad(month), pad(day), pad(hour), pad(minute), pad(second)]
            .joined(separator: "-")
    }

    private func pad(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
