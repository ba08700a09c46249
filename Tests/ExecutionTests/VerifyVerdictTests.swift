import AgentProtocol
import Execution
import Testing

@Suite struct VerifyVerdictTests {
    private func damaged(_ count: Int) -> VerifyBackup.Result {
        VerifyBackup.Result(
            files: count, problemCount: count,
            problems: (0..<count).map {
                FileProblem(keyspace: "k", table: "t", file: "f\($0)", problem: "It is missing.")
            })
    }

    @Test func `nothing wrong is a success without a word`() {
        var verdict = VerifyVerdict()
        verdict.add(VerifyBackup.Result(files: 3, readBytes: 5), from: "10.0.0.1")
        #expect(verdict.outcome == .success && verdict.message == nil && verdict.problems.isEmpty)
    }

    @Test func `damage is an error that names node and file, the first ones and how many more`() {
        var verdict = VerifyVerdict()
        verdict.add(damaged(5), from: "10.0.0.1")
        #expect(verdict.outcome == .error && verdict.problems.count == 5)
        #expect(
            verdict.message
                == "node 10.0.0.1: f0: It is missing.; node 10.0.0.1: f1: It is missing.; "
                + "node 10.0.0.1: f2: It is missing.; and 2 more")
    }

    @Test func `a part that nobody could look at is no success and no damage`() {
        var verdict = VerifyVerdict()
        verdict.add(VerifyBackup.Result(files: 3), from: "10.0.0.1")
        verdict.add(failure: "is silent", of: "10.0.0.2", isDamage: false)
        #expect(verdict.outcome == .partial && verdict.problems.count == 1)
        verdict.add(damaged(1), from: "10.0.0.1")
        #expect(verdict.outcome == .error)
    }

    @Test func `a manifest that cannot be read is damage`() {
        var verdict = VerifyVerdict()
        verdict.add(failure: "backup.json is cut off", of: "10.0.0.1", isDamage: true)
        #expect(verdict.outcome == .error)
    }

    @Test func `files that nothing proves are told in a success`() {
        var verdict = VerifyVerdict()
        verdict.add(VerifyBackup.Result(files: 4, unverified: 2), from: "10.0.0.1")
        #expect(verdict.outcome == .success)
        #expect(verdict.message?.contains("2 of 4 files") == true)
    }

    @Test func `of very many problems a thousand are kept and all are counted`() {
        var verdict = VerifyVerdict()
        for _ in 0..<15 { verdict.add(damaged(100), from: "10.0.0.1") }
        #expect(verdict.problems.count == 1_000 && verdict.problemCount == 1_500)
    }

    @Test func `samples go round`() {
        var parts: [Int] = []
        var stored = 0
        for _ in 0..<5 {
            let run = VerifyRun(stored: stored, parts: 3)
            parts.append(run.part)
            stored = run.next(of: 3)
        }
        #expect(parts == [0, 1, 2, 0, 1])
        #expect(VerifyRun(stored: 7, parts: 3).part == 1)
    }
}
