package import FoundationEssentials

/// Dates as HTTP and the object stores write them; all of them are UTC.
package enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Such as `Fri, 24 May 2013 00:00:00 GMT`.
    package static func rfc1123(_ date: Date) -> String {
        let parts = components(date)
        let day = days[(parts.weekday ?? 1) - 1]
        let month = months[(parts.month ?? 1) - 1]
        return "\(day), \(padded(parts.day)) \(month) \(padded(parts.year, 4)) "
            + "\(padded(parts.hour)):\(padded(parts.minute)):\(padded(parts.second)) GMT"
    }

    /// Such as `20130524T000000Z`.
    package static func basicISO8601(_ date: Date) -> String {
        let parts = components(date)
        return padded(parts.year, 4) + padded(parts.month) + padded(parts.day) + "T"
            + padded(parts.hour) + padded(parts.minute) + padded(parts.second) + "Z"
    }

    /// Reads either form of the above, and `2013-05-24T00:00:00.000Z`; `nil` for all else.
    package static func parse(_ text: String) -> Date? {
        let fields = text.split { " ,:-".contains($0) }.map(String.init)
        if fields.count == 8, let month = months.firstIndex(of: fields[2]) {
            return date([fields[3], "\(month + 1)", fields[1]] + fields[4...6])
        }
        // What is left are digits, the `T` and fractions of a second, which are cut off.
        let whole = text.prefix { $0 != "." }
        let digits = whole.filter { $0.isASCII && $0.isNumber }
        guard digits.count == 14, text.contains("T"), text.hasSuffix("Z") else { return nil }
        var rest = digits[...]
        let parts = [4, 2, 2, 2, 2, 2].map { width in
            defer { rest = rest.dropFirst(width) }
            return String(rest.prefix(width))
        }
        return date(parts)
    }

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }

    private static func components(_ date: Date) -> DateComponents {
        calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
    }

    /// - Parameter parts: year, month, day, hour, minute, second.
    private static func date(_ parts: [String]) -> Date? {
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 6 else { return nil }
        return calendar.date(
            from: DateComponents(
                year: numbers[0], month: numbers[1], day: numbers[2], hour: numbers[3],
                minute: numbers[4], second: numbers[5]))
    }

    private static func padded(_ number: Int?, _ width: Int = 2) -> String {
        let digits = "\(number ?? 0)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
