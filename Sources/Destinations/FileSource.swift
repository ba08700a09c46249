/// A file of the node, to be written: read in pieces on the file threads.
package struct FileSource: ObjectSource {
    private let path: String
    private let threads: FileThreads
    private let pieceSize: Int

    /// - Parameter pieceSize: bytes that are in memory at a time.
    package init(path: String, threads: FileThreads, pieceSize: Int = 256 * 1_024) {
        self.path = path
        self.threads = threads
        self.pieceSize = pieceSize
    }

    package func open() async throws -> ObjectBody { try await open(part: nil) }

    package func open(range: Range<Int64>) async throws -> ObjectBody {
        try await open(part: range)
    }

    private func open(part: Range<Int64>?) async throws -> ObjectBody {
        let path = path
        let file = try await threads.run { try FileHandleReader(path: path) }
        return file.body(range: part, threads: threads, pieceSize: pieceSize)
    }
}
