import Synchronization

/// The report of a running sstableloader, as it grows line by line.
final class LoaderReading: Sendable {
    private let state = Mutex(LoaderReport())

    /// What is known so far.
    var report: LoaderReport { state.withLock { $0 } }

    /// Takes in the next line and answers what is known with it.
    func read(_ line: ToolLine) -> LoaderReport {
        state.withLock { report in
            report.read(line)
            return report
        }
    }
}
