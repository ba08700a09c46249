import Logging
import Settings
import Testing

@Suite struct SettingsFileTests {
    private func file(
        _ text: String, environment: [String: String] = [:]
    ) throws(SettingsError) -> SettingsFile {
        try SettingsFile(text: text, of: "api.env", environment: environment)
    }

    @Test func `the environment goes before the file, with names of Helenus alone`() throws {
        let file = try file(
            "# a comment\nHELENUS_A=1=1\n\nHELENUS_B=\n",
            environment: ["HELENUS_B": "2", "HOME": "/root"])
        #expect(file.text("HELENUS_A") == "1=1")
        #expect(file.text("HELENUS_B") == "2")
        #expect(file.text("HOME") == nil)
        #expect(file.unknown(besides: ["HELENUS_B"]) == ["HELENUS_A"])
    }

    @Test func `what is missing has its standard`() throws {
        let file = try file("")
        #expect(try file.number("N", 4, 1...9) == 4)
        #expect(try file.seconds("S", 1.5, 1...9) == 1.5)
        #expect(try file.word("W", of: ["on", "off"]) == "on")
        #expect(try file.logLevel("L") == .info)
    }

    @Test func `what is no value is told with its key and what is accepted`() throws {
        let file = try file("N=0\nM=x\nS=nan\nW=On\nL=loud\nE=\n")
        for (message, read) in [
            (
                "N: got '0', accepted is a whole number in 1...9",
                { _ = try file.number("N", 4, 1...9) }
            ),
            (
                "M: got 'x', accepted is a whole number in 1...9",
                { _ = try file.number("M", 4, 1...9) }
            ),
            (
                "S: got 'nan', accepted is a number of seconds in 1.0...9.0",
                { _ = try file.seconds("S", 4, 1...9) }
            ),
            ("W: got 'On', accepted are on, off", { _ = try file.word("W", of: ["on", "off"]) }),
            (
                "L: got 'loud', accepted are info, trace, debug, notice, warning, error, critical",
                { _ = try file.logLevel("L") }
            ),
            ("E is missing", { _ = try file.required("E") }),
            ("F is missing", { _ = try file.required("F") }),
        ] as [(String, () throws -> Void)] {
            #expect(throws: SettingsError(message)) { try read() }
        }
    }

    @Test func `a line that is none is told with the file's name`() {
        #expect(throws: SettingsError("api.env: 'HELENUS' is no KEY=VALUE")) {
            try file("HELENUS")
        }
    }

    @Test func `a report tells of all that is wrong at once`() {
        var report = SettingsReport()
        report.add(unknown: ["HELENUS_WROKERS"])
        report.check("A") { ["is old", "is large"] }
        report.check("B") { throw SettingsError("/b cannot\n\tbe read") }
        report.check("C") { [] }
        #expect(
            report.problems == [
                "HELENUS_WROKERS: there is no such setting", "A: is old", "A: is large",
                "B: /b cannot be read",
            ])
        #expect(SettingsReport { throw SettingsError("X is missing") }.problems == ["X is missing"])
    }
}
