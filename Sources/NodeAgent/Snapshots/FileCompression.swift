import AgentProtocol
import Crypto
import Destinations
import FoundationEssentials

/// A file that is compressed piece by piece into a file without a name, and hashed on both sides:
/// what is read must still be what was captured, and what is sent has a hash of its own.
///
/// Used by one thread at a time.
final class FileCompression: @unchecked Sendable {
    /// What was made of a file.
    struct Compressed: Sendable {
        /// Of the compressed bytes.
        var content: ObjectContent
        var source: SpooledFile
    }

    /// How far it has come.
    private enum Step {
        case more, whole
        /// The file hardly shrinks, as far as it was read.
        case noGain
    }

    /// Smaller files cost a store's requests and a file system's blocks, whatever their size.
    private static let smallestSize: Int64 = 4_096
    /// Bytes of a file after which it must have begun to shrink.
    private static let trialSize: Int64 = 1 << 20
    /// Bytes that are read at a time: other files' turn comes between them.
    private static let pieceSize = 256 << 10

    private let path: String
    private let reader: FileHandleReader
    private let output: FileHandleOutput
    private let compressor: ZstdCompressor
    private var original = SHA256()
    private var stored = SHA256()
    private var readSize: Int64 = 0
    private var storedSize: Int64 = 0

    private init(path: String, in folder: String) throws {
        self.path = path
        reader = try FileHandleReader(path: path)
        output = try FileHandleOutput.nameless(in: folder)
        compressor = try ZstdCompressor(size: reader.size, name: path)
    }

    /// Whether it is worth a try: it is not small, and not data that Cassandra has compressed.
    static func mayGain(_ path: String, size: Int64) -> Bool {
        guard size >= smallestSize else { return false }
        let ending = "-Data.db"
        guard path.hasSuffix(ending) else { return true }
        return !FileManager.default.fileExists(
            atPath: path.dropLast(ending.count) + "-CompressionInfo.db")
    }

    /// Compresses a file.
    ///
    /// - Parameters:
    ///   - content: what the file must hold.
    ///   - folder: on whose file system the result is written.
    /// - Returns: `nil` where the file does not become smaller by an eighth: then the time that a
    ///   restore would take to decompress it is not worth it.
    /// - Throws: `OperationFailure` of code `corrupt` where the file holds something else; errors
    ///   of reading and writing.
    static func compress(
        _ path: String, expecting content: ObjectContent, in folder: String, threads: FileThreads
    ) async throws -> Compressed? {
        let work = try await threads.run { try FileCompression(path: path, in: folder) }
        var step = Step.more
        while step == .more {
            try Task.checkCancellation()
            step = try await threads.run { try work.step() }
        }
        guard step == .whole else { return nil }
        guard try await threads.run({ try work.finish(expecting: content) }) else { return nil }
        return Compressed(
            content: ObjectContent(
                sha256: hexadecimal(work.stored.finalize()), size: work.storedSize),
            source: SpooledFile(work.output, threads: threads))
    }

    private func step() throws -> Step {
        let piece = try reader.bytes(at: readSize, count: Self.pieceSize)
        original.update(data: piece)
        readSize += Int64(piece.count)
        try piece.withUnsafeBytes { try compressor.compress($0, into: write) }
        if readSize >= Self.trialSize, !gains { return .noGain }
        return piece.isEmpty || readSize >= reader.size ? .whole : .more
    }

    /// Answers whether the file became smaller.
    private func finish(expecting content: ObjectContent) throws -> Bool {
        let found = ObjectContent(sha256: hexadecimal(original.finalize()), size: readSize)
        guard found == content else {
            throw OperationFailure(
                code: .corrupt, object: path,
                message: "\(path) is not what was captured: it has \(found.size) bytes with "
                    + "SHA-256 \(found.sha256), expected \(content.size) bytes with SHA-256 "
                    + "\(content.sha256).")
        }
        try compressor.finish(into: write)
        try output.writeOut()
        return gains
    }

    private var gains: Bool { storedSize <= readSize - readSize / 8 }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        stored.update(bufferPointer: bytes)
        storedSize += Int64(bytes.count)
        try output.write(Data(bytes))
    }
}
