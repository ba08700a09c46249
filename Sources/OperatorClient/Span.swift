/// A length of time for people: its two largest units.
package struct Span: Sendable, Hashable, CustomStringConvertible {
    private let seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package var description: String {
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"),
            (seconds % 60, "s"),
        ]
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }
            .joined(separator: " ")
    }
}
