/// Draws progress as a line, with the rate of the last moments and the time that is left.
package struct ProgressMeter: Sendable {
    /// Seconds that the rate looks back.
    private static let window = 10.0
    private static let barWidth = 24

    private var samples: [(time: Double, bytes: Int64)] = []

    package init() {}

    /// The line for this moment, without an end of line.
    ///
    /// - Parameters:
    ///   - time: seconds of any clock that does not go back.
    ///   - columns: of the terminal; the line is cut to them.
    package mutating func line(
        _ progress: Progress, state: String, at time: Double, columns: Int
    ) -> String {
        let rate = rate(progress.doneBytes, at: time)
        var parts: [String] = []
        if let share = progress.share {
            let full = Int(share * Double(Self.barWidth))
            let percent = String(Int(share * 100))
            parts.append(
                "[" + String(repeating: "#", count: full)
                    + String(repeating: "-", count: Self.barWidth - full) + "] "
                    + String(repeating: " ", count: 3 - percent.count) + percent + "%")
            parts.append("\(progress.doneFiles)/\(progress.totalFiles) files")
            parts.append("\(ByteCount(progress.doneBytes)) of \(ByteCount(progress.totalBytes))")
        } else {
            parts.append(state)
        }
        if let rate, rate > 0 {
            parts.append("\(ByteCount(Int64(rate)))/s")
            let left = Double(progress.totalBytes - progress.doneBytes) / rate
            if left > 0 { parts.append("\(Span(seconds: Int64(left.rounded(.up)))) left") }
        }
        return String(parts.joined(separator: "  ").prefix(max(columns - 1, 1)))
    }

    /// Bytes per second; `nil` at first, and where a new stage began to count anew.
    private mutating func rate(_ bytes: Int64, at time: Double) -> Double? {
        if let last = samples.last, bytes < last.bytes { samples = [] }
        samples.append((time, bytes))
        samples.removeAll { time - $0.time > Self.window }
        guard let first = samples.first, time > first.time else { return nil }
        return Double(bytes - first.bytes) / (time - first.time)
    }
}
