/// Counts requests and the time that they take, by route, over all workers of a service.
///
/// Of each route the shared numbers are: requests by the first digit of their status, requests by
/// how long they took, and microseconds. What fits no route comes last.
package struct RequestMeter {
    /// Upper bounds in seconds; what takes longer has a number of its own.
    package static let bounds = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30,
    ]
    private static let classes = 5
    private static let width = classes + bounds.count + 2

    private let counters: any SharedCounters
    private let labels: [[(name: String, value: String)]]

    /// - Parameter counters: at least ``numbers(for:)`` of them.
    package init(routes: [Route], counters: any SharedCounters) {
        self.counters = counters
        labels =
            routes.map {
                [("method", $0.method), ("route", "/" + $0.pattern.joined(separator: "/"))]
            } + [[("method", ""), ("route", "")]]
    }

    /// How many shared numbers that takes.
    package static func numbers(for routes: [Route]) -> Int { (routes.count + 1) * width }

    /// Notes a request that was answered.
    ///
    /// - Parameter route: its place among the routes; `nil` where there is none.
    func note(route: Int?, status: Int, took time: Duration) {
        let (seconds, attoseconds) = time.components
        let elapsed = Double(seconds) + Double(attoseconds) / 1e18
        let first = (route ?? labels.count - 1) * Self.width
        counters.add(1, to: first + min(max(status / 100, 1), Self.classes) - 1)
        let place = Self.bounds.firstIndex { elapsed <= $0 } ?? Self.bounds.count
        counters.add(1, to: first + Self.classes + place)
        counters.add(UInt64(max(0, elapsed * 1e6)), to: first + Self.width - 1)
    }

    /// Routes of which nothing was asked are left out.
    func add(to text: inout MetricsText) {
        text.begin(.httpRequests)
        for (route, labels) in labels.enumerated() {
            for digit in 1...Self.classes {
                let count = counters.value(of: route * Self.width + digit - 1)
                guard count > 0 else { continue }
                text.add("\(count)", labels + [("status", "\(digit)xx")])
            }
        }
        text.begin(.httpRequestDuration)
        for (route, labels) in labels.enumerated() { addHistogram(of: route, labels, to: &text) }
    }

    private func addHistogram(
        of route: Int, _ labels: [(name: String, value: String)], to text: inout MetricsText
    ) {
        let first = route * Self.width
        let counts = (0...Self.bounds.count).map {
            counters.value(of: first + Self.classes + $0)
        }
        var total: UInt64 = 0
        guard counts.contains(where: { $0 > 0 }) else { return }
        for (place, count) in counts.enumerated() {
            total += count
            let bound = place < Self.bounds.count ? "\(Self.bounds[place])" : "+Inf"
            text.add("\(total)", labels + [("le", bound)], suffix: "_bucket")
        }
        let seconds = Double(counters.value(of: first + Self.width - 1)) / 1e6
        text.add("\(seconds)", labels, suffix: "_sum")
        text.add("\(total)", labels, suffix: "_count")
    }
}
