import Destinations

/// A file without a name that was written, to be sent: gone when nobody sends it any more.
struct SpooledFile: ObjectSource {
    private let output: FileHandleOutput
    private let file: FileSource

    /// - Parameter output: all of it can be read already.
    init(_ output: FileHandleOutput, threads: FileThreads) {
        self.output = output
        file = FileSource(path: output.openPath, threads: threads)
    }

    func open() async throws -> ObjectBody { try await file.open() }

    func open(range: Range<Int64>) async throws -> ObjectBody { try await file.open(range: range) }
}
