import API
import Foundation
import Testing

/// `probe`, with an executor and without.
@Suite struct ProbeCallsTests {
    @Test func `the time that an executor took is answered`() throws {
        let api = try APIFixture(waitSeconds: 20)
        api.endNextJob(with: nil)
        let answer = try api.ask("GET", "/one/probe")
        #expect(answer.status == 200, "\(answer.body)")
        let document = try JSONDecoder().decode([String: Double].self, from: Data(answer.body.utf8))
        #expect(Array(document.keys) == ["milliseconds"])
        #expect((0.1...20_000).contains(try #require(document["milliseconds"])))
        #expect(
            try api.column("SELECT kind || ' ' || state FROM helenus.job") == ["probe succeeded"])
    }

    @Test func `where nobody takes jobs the caller is told so`() throws {
        let api = try APIFixture(waitSeconds: 0.2)
        let answer = try api.ask("GET", "/one/probe")
        #expect(answer.status == 504)
        #expect(answer.body.contains(#""type":"ExecutorTimeout""#), "\(answer.body)")
        #expect(
            try api.column("SELECT kind || ' ' || state FROM helenus.job") == ["probe available"])
    }

    @Test func `a cluster that is not there is not probed`() throws {
        let api = try APIFixture(waitSeconds: 0.2)
        let answer = try api.ask("GET", "/unknown/probe")
        #expect(answer.status == 404 && answer.body.contains("NoSuchCluster"), "\(answer.body)")
        #expect(try api.column("SELECT kind FROM helenus.job").isEmpty)
    }
}
