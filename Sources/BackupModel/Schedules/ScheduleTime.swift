/// A time of day by a wall clock, to the second.
package struct ScheduleTime: Hashable, Sendable {
    /// `hh:mm:ss`
    package let text: String

    /// Reads `hh:mm:ss` or `hh:mm`; `nil` where it is no time of a day.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let limits = [24, 60, 60]
        guard (2...3).contains(parts.count) else { return nil }
        for (part, limit) in zip(parts, limits) {
            guard part.utf8.count == 2, part.utf8.allSatisfy({ (48...57).contains($0) }),
                let number = Int(part), number < limit
            else { return nil }
        }
        self.text = parts.count == 2 ? "\(text):00" : text
    }
}
