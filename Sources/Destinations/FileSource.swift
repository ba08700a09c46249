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

    package func open() async throws -> ObjectBody {
        let path = path
        let file = try await threads.run { try FileHandleReader(path: path) }
        return file.body(range: nil, threads: threads, pieceSize: pieceSize)
    }
}
