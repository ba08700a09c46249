import OperatorClient
import Testing

@Suite struct ProgressMeterTests {
    private func progress(_ done: Int64, of total: Int64) -> Progress {
        var progress = Progress()
        (progress.doneBytes, progress.totalBytes) = (done, total)
        (progress.doneFiles, progress.totalFiles) = (1, 8)
        return progress
    }

    @Test func `before it is known how much there is, the state is told`() {
        var meter = ProgressMeter()
        #expect(
            meter.line(Progress(), state: "backup: running", at: 0, columns: 80)
                == "backup: running")
    }

    @Test func `rate and remaining time are those of the last moments`() {
        var meter = ProgressMeter()
        _ = meter.line(progress(0, of: 100 << 20), state: "", at: 0, columns: 120)
        // What was slow long ago no longer counts.
        _ = meter.line(progress(1 << 20, of: 100 << 20), state: "", at: 100, columns: 120)
        let line = meter.line(progress(51 << 20, of: 100 << 20), state: "", at: 105, columns: 120)
        #expect(
            line
                == "[############------------]  51%  1/8 files  51.0 MiB of 100.0 MiB  10.0 MiB/s  5s left"
        )
    }

    @Test func `a stage that counts anew does not make the rate negative`() {
        var meter = ProgressMeter()
        _ = meter.line(progress(90, of: 100), state: "", at: 0, columns: 120)
        let line = meter.line(progress(10, of: 100), state: "", at: 1, columns: 120)
        #expect(!line.contains("/s") && !line.contains("left"))
    }

    @Test func `a line never fills the terminal's last column`() {
        var meter = ProgressMeter()
        let line = meter.line(progress(1, of: 2), state: "", at: 0, columns: 20)
        #expect(line.count == 19)
    }
}
