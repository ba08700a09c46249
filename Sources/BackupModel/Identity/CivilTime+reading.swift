extension CivilTime {
    /// Reads `2017-03-17-15-06-09`, as it stands in a backup's tag; `nil` where it is no moment.
    package init?(tagText: String) {
        let parts = tagText.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy(\.isWholeNumber) ? Int($0) : nil }
        guard parts.map(\.utf8.count) == [4, 2, 2, 2, 2, 2], numbers.count == 6 else { return nil }
        let days = Self.days(year: numbers[0], month: numbers[1], day: numbers[2])
        let seconds = numbers[3] * 3_600 + numbers[4] * 60 + numbers[5]
        self.init(epochSeconds: Int64(days * 86_400 + seconds))
        // What is out of range comes back as another moment.
        guard self.tagText == tagText else { return nil }
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    package var epochSeconds: Int64 {
        let days = Self.days(year: year, month: month, day: day)
        return Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    /// Days since 1970-01-01, of a year from 0 on.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        // Days are counted from 0000-03-01, so that the leap day is the last of its year.
        let shiftedYear = month <= 2 ? year - 1 : year
        let shiftedMonth = month <= 2 ? month + 9 : month - 3
        let leapDays =
            (shiftedYear / 4) - (shiftedYear / 100) + (shiftedYear / 400)
        return shiftedYear * 365 + leapDays + (153 * shiftedMonth + 2) / 5 + day - 1 - 719_468
    }
}
