import BackupModel
import NodeAgent
import Synchronization
import Testing

/// How far a load has come while sstableloader runs.
struct LoadProgressTests {
    private let table = TableName(keyspace: "k", table: "t")

    /// The part that is told after each line of progress.
    private func parts(of output: ToolOutput, ignoring: [String] = []) -> [Double] {
        var report = LoaderReport()
        return output.outputLines.compactMap { line in
            report.read(ToolLine(stream: .output, text: String(line)))
            return line.hasPrefix("progress: ") ? report.part(ignoring: ignoring) : nil
        }
    }

    @Test(
        .enabled(if: ReferenceFolder.isThere, Comment(rawValue: ReferenceFolder.absence)),
        arguments: ["4.1", "5.0"])
    func `a real load goes from the first node to the last and is never told to be whole`(
        version: String
    ) throws {
        let recording = try Recording(
            path: "\(ReferenceFolder.path)/nodetool-\(version)/sstableloader.txt")
        let parts = parts(of: recording.output)
        #expect(parts.count > 10 && parts.last == 0.99)
        // The tool's own sum says 100 % as soon as the first of three nodes has everything.
        let thirds = [0.0..<0.34, 0.34..<0.67, 0.67..<1]
        #expect(thirds.allSatisfy { third in parts.contains { third.contains($0) } })
    }

    @Test func `version 1.2 tells of all nodes at once, and of those left out nothing`() {
        let output = ToolOutput(
            exit: 0,
            output: "Streaming revelant part of a-b-ia-1-Data.db to [/127.0.9.1, /127.0.9.2]\n\n"
                + "\rprogress: [/127.0.9.1 0/1 (20)] [/127.0.9.2 0/1 (60)] "
                + "[total: 40 - 0MB/s (avg: 0MB/s)]"
                + "\rprogress: [/127.0.9.1 1/1 (100)] [total: 100 - 0MB/s (avg: 0MB/s)]",
            error: "")
        #expect(parts(of: output) == [0.4, 0.5])
        #expect(parts(of: output, ignoring: ["127.0.9.2"]) == [0.4, 0.99])
    }

    @Test func `nothing announced is nothing sent`() {
        let output = ToolOutput(
            exit: 0, output: "\rprogress: [total: 100 - 0MB/s (avg: 0MB/s)]", error: "")
        #expect(parts(of: output) == [0])
    }

    @Test func `a table's progress goes forward only, and to its end only at the end`() async {
        let told = Mutex<TableProgress?>(nil)
        let progress = OperationProgress { tables in
            told.withLock { $0 = tables["k"]?["t"] }
        }
        func done() async -> [Int64] {
            await progress.end()
            return told.withLock { [Int64($0?.doneFiles ?? 0), $0?.doneSize ?? 0] }
        }
        let meter = LoadMeter(table, files: 8, size: 1_000, progress: progress)
        await progress.expect(table, files: 8, size: 1_000)
        await meter.note(0.5)
        #expect(await done() == [4, 500])
        await meter.note(0.3)
        #expect(await done() == [4, 500])
        await meter.note(0.99)
        #expect(await done() == [7, 990])
        await meter.end()
        #expect(await done() == [8, 1_000])
    }
}
