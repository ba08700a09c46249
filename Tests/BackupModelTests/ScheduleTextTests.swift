import BackupModel
import Testing

/// What clients write in a schedule.
@Suite struct ScheduleTextTests {
    @Test(
        arguments: [
            ("02:30:00", "02:30:00"), ("23:59:59", "23:59:59"), ("00:00", "00:00:00"),
            ("24:00:00", nil), ("2:30:00", nil), ("02:60:00", nil), ("02:30:60", nil), ("", nil),
            ("02", nil), ("02:30:00:00", nil), ("-2:30:00", nil), ("٠٢:30:00", nil),
        ] as [(String, String?)])
    func `a time of day is read to the second`(text: String, time: String?) {
        #expect(ScheduleTime(text)?.text == time)
    }

    @Test(arguments: [
        ("2026-03-29", true), ("2028-02-29", true), ("1970-01-01", true), ("2026-02-29", false),
        ("2026-13-01", false), ("2026-04-31", false), ("1969-12-31", false), ("3000-01-01", false),
        ("26-03-29", false), ("2026/03/29", false), ("", false), ("2026-03-29-01", false),
    ])
    func `a day is one of the calendar`(text: String, isDay: Bool) {
        #expect((ScheduleDate(text) != nil) == isDay)
    }

    @Test(arguments: ["freeze", "post-backup.sh", "A_1"])
    func `a script is named by its file name`(text: String) throws {
        #expect(try ScriptName(text).text == text)
    }

    @Test(arguments: ["", ".", "..", "../x", "a/b", "-x", ".x", "a b", "a\u{0}", "a;b", "$(id)"])
    func `and never by a path, an option or anything a shell would read`(text: String) {
        #expect(throws: InvalidName.self) { try ScriptName(text) }
    }
}
