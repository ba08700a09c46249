import BackupModel
import Testing

/// What stays of a schedule's backups, and why.
@Suite struct RetentionRuleTests {
    /// Noon of 15 November 2026 by the wall clock, a Sunday.
    private static let now: Int64 = 1_794_744_000
    private static let day: Int64 = 86_400

    /// Copies so many days old, named for that: whole ones as numbers, others negative.
    private static func copies(_ ages: [Int]) -> [RetainedCopy] {
        ages.map { age in
            let time = now - Int64(abs(age)) * day
            return RetainedCopy(
                tag: "\(abs(age))", time: time, wallTime: time, isWhole: age >= 0)
        }
    }

    private static func staying(_ rule: RetentionRule, _ ages: [Int]) -> [Int] {
        rule.verdicts(on: copies(ages), now: now).filter(\.stays).compactMap { Int($0.copy.tag) }
    }

    private static let fortnight = Array(0..<14)

    private static let rules: [(RetentionRule, [Int], [Int])] = [
        // Without a rule, or by age.
        (RetentionRule.everything, [0, 400, -800], [0, 400, 800]),
        (RetentionRule.onServer, [1, 29, 30, 31], [1, 29]),
        (RetentionRule(age: 7 * day), fortnight, Array(0..<7)),
        (RetentionRule(age: 7 * day), [], []),
        // Never the last good one.
        (RetentionRule(age: 7 * day), [20, 30, 40], [20]),
        (RetentionRule(age: 7 * day), [-1, -10, 20, 30], [1, 20]),
        (RetentionRule(age: 7 * day), [-10, -20, -30], [10]),
        (RetentionRule(age: 0), [3, 4], [3]),
        // By count.
        (RetentionRule(keep: KeptCounts(last: 3)), [1, 2, 3, 4, 5], [1, 2, 3]),
        (RetentionRule(keep: KeptCounts(last: 9)), [1, 2, 3], [1, 2, 3]),
        (RetentionRule(keep: KeptCounts(last: 0)), [1, 2, 3], [1]),
        (RetentionRule(keep: KeptCounts(last: 2)), [1, -2, 3, 4], [1, 3]),
        (RetentionRule(keep: KeptCounts(last: 1)), [-1, -2, 3, 4], [1, 3]),
        (RetentionRule(keep: KeptCounts(last: 2)), [-1, -2, -3], [1, 2]),
        // By days, weeks (from Monday on), months and years: the last of each that has one.
        (RetentionRule(keep: KeptCounts(daily: 3)), fortnight, [0, 1, 2]),
        (RetentionRule(keep: KeptCounts(daily: 3)), [0, 5, 9, 12], [0, 5, 9]),
        (RetentionRule(keep: KeptCounts(weekly: 2)), fortnight, [0, 7]),
        (RetentionRule(keep: KeptCounts(weekly: 2)), [1, 6, 7, 8], [1, 7]),
        (RetentionRule(keep: KeptCounts(monthly: 3)), [0, 14, 15, 16, 46], [0, 15, 46]),
        (RetentionRule(keep: KeptCounts(yearly: 2)), [0, 318, 319, 700], [0, 319]),
        (RetentionRule(keep: KeptCounts(daily: 2)), [-1, -2, 3, -4, 5], [1, 2, 3]),
        (
            RetentionRule(keep: KeptCounts(daily: 2, weekly: 2, monthly: 2, yearly: 2)),
            [0, 1, 2, 7, 8, 15, 16, 319, 330], [0, 1, 7, 15, 319]
        ),
        // What either wants stays.
        (RetentionRule(age: 2 * day, keep: KeptCounts(last: 4)), [0, 1, 5, 6, 7], [0, 1, 5, 6]),
        (RetentionRule(age: 5 * day, keep: KeptCounts(last: 1)), fortnight, [0, 1, 2, 3, 4]),
    ]

    @Test(arguments: rules)
    func `the rule keeps these`(rule: RetentionRule, ages: [Int], stay: [Int]) {
        #expect(Self.staying(rule, ages) == stay)
    }

    @Test func `of a day the whole backup stays, not a later one that is not whole`() {
        let copies = [
            RetainedCopy(tag: "late", time: Self.now, wallTime: Self.now, isWhole: false),
            RetainedCopy(
                tag: "early", time: Self.now - 3_600, wallTime: Self.now - 3_600, isWhole: true),
        ]
        let verdicts = RetentionRule(keep: KeptCounts(daily: 7)).verdicts(on: copies, now: Self.now)
        #expect(verdicts.filter(\.stays).map(\.copy.tag) == ["early"])
    }

    @Test func `a day is one of the schedule's wall clock`() {
        // 23:30 and 00:30 there, within one day of UTC.
        let copies = [
            RetainedCopy(
                tag: "b", time: 1_794_744_000, wallTime: 1_794_787_200 + 1_800, isWhole: true),
            RetainedCopy(
                tag: "a", time: 1_794_740_400, wallTime: 1_794_787_200 - 1_800, isWhole: true),
        ]
        let verdicts = RetentionRule(keep: KeptCounts(daily: 2)).verdicts(on: copies, now: Self.now)
        #expect(verdicts.allSatisfy { $0.stays })
    }

    @Test func `every reason is told`() {
        let rule = RetentionRule(age: 30 * Self.day, keep: KeptCounts(last: 1, daily: 2))
        let verdicts = rule.verdicts(on: Self.copies([0, 40, 50]), now: Self.now)
        #expect(
            verdicts.map(\.reasons) == [
                [
                    "it is the last good backup", "it is younger than 30 days",
                    "it is one of the last 1", "daily: it is one of 2",
                ], ["daily: it is one of 2"], [],
            ])
    }

    /// A period, seconds since 1970-01-01, a Thursday, and whether that is in another one.
    private static let followers: [(KeptCounts.Period, Int64, Bool)] = [
        (.weekly, 345_600, true), (.weekly, 345_599, false),
        (.monthly, 2_678_400, true), (.monthly, 2_678_399, false),
        (.yearly, 31_536_000, true), (.yearly, 31_535_999, false),
        (.daily, 86_400, true), (.daily, 86_399, false),
    ]

    @Test(arguments: followers)
    func `a period that follows is another one`(
        period: KeptCounts.Period, time: Int64, isAnother: Bool
    ) {
        #expect((period.number(at: time) != period.number(at: 0)) == isAnother)
    }
}
