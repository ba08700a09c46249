import API
import BackupModel
import Catalog
import Foundation
import Statements
import Testing

@Suite struct FieldsTests {
    private func fields(_ json: String) throws -> Fields { try Fields.body(Array(json.utf8)) }

    @Test func `an empty body is an empty object`() throws {
        #expect(try fields("").members.isEmpty)
        #expect(try fields(" \n").members.isEmpty)
    }

    @Test(arguments: [#"true"#, #""true""#, #""True""#, "1", #""1""#])
    func `a boolean may come as many things`(value: String) throws {
        #expect(try fields("{\"x\": \(value)}").flag("x") == true)
    }

    @Test func `a number may come as a string`() throws {
        #expect(try fields(#"{"x": "10.5"}"#).number("x", minimum: 0) == 10.5)
    }

    @Test(
        arguments: [
            "[", "1", "\"x\"", "{\"a\":", "nonsense", "\0", "{\"a\":1,}", "{\"a\":[1, ] }",
            "{\"a\":\"\\\\\",}", "{} {}", "{\"a\": 1e999}", "{\"a\": \"\u{1}\"}",
            "{\"a\": \"\\ud800\"}",
            "{\"a\": 01}", "{'a': 1}", "{\"a\": NaN}", #"{"a": "#,
            String(repeating: "[", count: 100_000),
        ])
    func `what is no JSON object is refused as the caller's fault`(body: String) {
        let error = #expect(throws: APIError.self) { try fields(body) }
        #expect(error?.status == 400)
    }

    @Test func `commas and brackets in a string are text`() throws {
        #expect(try fields(#"{"x": "a,} ,] \",}"}"#).text("x") == "a,} ,] \",}")
    }

    @Test func `a document is written as it can be read`() throws {
        let text = #"{"a\"\u0001é😀/":[null,true,false,"",[],{},-5,0.1,1e+300,9007199254740992]}"#
        let document = try JSONValue(parsing: text.utf8)
        let written = try document.encoded()
        #expect(try JSONValue(parsing: written.utf8) == document)
        #expect(written.contains("[null,true,false,\"\",[],{},-5,0.1,1e+300,9007199254740992]"))
    }

    @Test func `a plan is written as an executor reads it`() throws {
        for plan in [
            BackupPlan(selection: .everything, destinations: [:]),
            BackupPlan(
                selection: TableSelection(keyspaces: ["k": ["t\"", "u"], "all": []]),
                destinations: [
                    "d": TransferOptions(compressed: true, throttle: 0.5, deleteAfterwards: false),
                    "e": TransferOptions(deleteAfterwards: true),
                ],
                preSnapshotScript: try ScriptName("before.sh"),
                postSnapshotScript: try ScriptName("after.sh")),
        ] {
            let text = try JSONValue(plan).encoded()
            #expect(try JSONDecoder().decode(BackupPlan.self, from: Data(text.utf8)) == plan)
        }
    }

    @Test func `every kind of value is read as it was sent`() throws {
        let body =
            #"{"n": null, "f": [false, true], "d": [-0.5e1, 9007199254740993, 0], "é": {"": "\u0000\ud83d\ude00\/"}}"#
        #expect(
            try fields(body).members == [
                "n": .null, "f": .list([.flag(false), .flag(true)]),
                "d": .list([.number(-5), .number(9_007_199_254_740_992), .number(0)]),
                "é": .object(["": .text("\u{0}😀/")]),
            ])
        #expect(try fields(#"{"a": 1, "a": 2}"#).number("a", minimum: 0) == 2)
    }

    @Test func `what is wrong is told by its place and not by its text`() {
        let error = #expect(throws: APIError.self) {
            try Fields.body(Array("{\"secret\":\n \"hush".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
        }
        #expect(error?.status == 400)
        #expect(error?.message.hasPrefix("The body is not JSON at line 2, ") == true)
        #expect(error?.message.contains("hush") == false)
    }

    @Test func `a wrong type is named with its key, what came and what is accepted`() {
        let error = #expect(throws: APIError.self) {
            try fields(#"{"destinations": {"a": 3}}"#).objects("destinations")
        }
        #expect(
            error?.message == "destinations.a: got a number, accepted is an object.")
    }

    @Test func `every statement that workers run is in sql`() throws {
        for name in APIStatement.allCases.map(\.rawValue) + AccessStatement.allCases.map(\.rawValue)
        {
            #expect(try !SQLText.statement(name).text.isEmpty)
        }
    }
}
