/// Metrics in Prometheus' text format 0.0.4.
package struct MetricsText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var text = ""
    private var name = ""

    package init() {}

    /// Begins a metric; the samples that follow are its. Each metric is begun once.
    package mutating func begin(_ family: MetricFamily) {
        name = family.name
        text += "# HELP \(name) \(Self.escaped(family.help, quotes: false))\n"
        text += "# TYPE \(name) \(family.kind.rawValue)\n"
    }

    /// A line of the metric that was begun.
    ///
    /// - Parameters:
    ///   - value: a number as the format, Swift and PostgreSQL write it.
    ///   - suffix: such as `_bucket`.
    package mutating func add(
        _ value: String, _ labels: [(name: String, value: String)] = [], suffix: String = ""
    ) {
        text += name
        text += suffix
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    /// Other metrics after these.
    package mutating func append(_ other: MetricsText) {
        text += other.text
        name = other.name
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { [0x5C, 0x0A, 0x22].contains($0) }) else { return text }
        return text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += #"\\"#
            case "\n": escaped += #"\n"#
            case "\"" where quotes: escaped += #"\""#
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
