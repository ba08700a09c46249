import FoundationEssentials

/// A moment for people: `2030-01-31 02:30:00 UTC`.
package struct UTCTime: Sendable, Hashable, CustomStringConvertible {
    private let seconds: Int64?

    /// - Parameter seconds: of the epoch; `nil` for never.
    package init(_ seconds: Int64?) { self.seconds = seconds }

    package var description: String {
        guard let seconds else { return "never" }
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        return text.replacing("T", with: " ").replacing("Z", with: " UTC")
    }
}
