/// What of a schedule's backups stays on one destination. A copy stays if any part of the rule
/// wants it; without any part everything does.
package struct RetentionRule: Hashable, Sendable, Codable {
    /// Seconds for which a copy stays; `nil`: age keeps nothing.
    package var age: Int64?
    package var keep: KeptCounts?

    package init(age: Int64? = nil, keep: KeptCounts? = nil) {
        self.age = age
        self.keep = keep
    }

    /// Everything stays.
    package static let everything = RetentionRule()

    /// The default for the snapshots on the nodes: 30 days.
    package static let onServer = RetentionRule(age: 30 * 86_400)

    /// Decides about copies of one schedule on one destination.
    ///
    /// Copies that are not whole fill a place only where no whole one does, and the newest whole
    /// copy always stays; where there is none, the newest of the others.
    ///
    /// - Parameters:
    ///   - copies: those that can be restored, in any order; failed runs have none.
    ///   - now: seconds since 1970.
    /// - Returns: a verdict for each, the newest first.
    package func verdicts(on copies: [RetainedCopy], now: Int64) -> [RetentionVerdict] {
        var verdicts = copies.sorted { ($0.time, $0.tag) > ($1.time, $1.tag) }
            .map { RetentionVerdict(copy: $0, reasons: []) }
        if age == nil, keep == nil {
            for index in verdicts.indices { verdicts[index].reasons = ["everything stays"] }
            return verdicts
        }
        if let newest = Self.best(of: verdicts.indices, verdicts) {
            verdicts[newest].reasons.append(
                verdicts[newest].copy.isWhole
                    ? "it is the last good backup" : "there is no good backup yet")
        }
        if let age {
            for index in verdicts.indices where verdicts[index].copy.time > now - age {
                verdicts[index].reasons.append("it is younger than \(Self.text(age))")
            }
        }
        if let keep {
            keepLast(keep.last ?? 0, &verdicts)
            for period in KeptCounts.Period.allCases {
                keepPeriods(period, keep.count(of: period), &verdicts)
            }
        }
        return verdicts
    }

    /// The newest whole copies, and as many of those that came after them and are not whole.
    private func keepLast(_ count: Int, _ verdicts: inout [RetentionVerdict]) {
        let whole = verdicts.indices.filter { verdicts[$0].copy.isWhole }
        let newer = verdicts.indices.prefix { !verdicts[$0].copy.isWhole }
        for index in Array(whole.prefix(count)) + Array(newer.prefix(count)) {
            verdicts[index].reasons.append("it is one of the last \(count)")
        }
    }

    /// The best copy of each of the newest periods that have one.
    private func keepPeriods(
        _ period: KeptCounts.Period, _ count: Int, _ verdicts: inout [RetentionVerdict]
    ) {
        let byPeriod = Dictionary(grouping: verdicts.indices) {
            period.number(at: verdicts[$0].copy.wallTime)
        }
        for (_, indices) in byPeriod.sorted(by: { $0.key > $1.key }).prefix(count) {
            guard let best = Self.best(of: indices, verdicts) else { continue }
            verdicts[best].reasons.append("\(period.rawValue): it is one of \(count)")
        }
    }

    /// The newest whole one, else the newest.
    private static func best(
        of indices: some Sequence<Int>, _ verdicts: [RetentionVerdict]
    ) -> Int? {
        indices.min {
            (verdicts[$0].copy.isWhole ? 0 : 1, $0) < (verdicts[$1].copy.isWhole ? 0 : 1, $1)
        }
    }

    /// An age in the largest unit that it is a whole number of.
    private static func text(_ age: Int64) -> String {
        for (unit, seconds) in [("days", 86_400), ("hours", 3_600), ("minutes", 60)]
            as [(String, Int64)]
        where age % seconds == 0 {
            return "\(age / seconds) \(unit)"
        }
        return "\(age) seconds"
    }
}
