import BackupModel
import Destinations
import Testing

@Suite struct CompressionTests {
    /// Lines of text, no two alike, which shrink well.
    private static func text(_ size: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var number = 0
        while bytes.count < size {
            bytes += Array("row \(number) of a table with \(number * 7919) in it\n".utf8)
            number += 1
        }
        return Array(bytes.prefix(size))
    }

    private static func noise(_ size: Int) -> [UInt8] {
        (0..<size).map { _ in UInt8.random(in: .min ... .max) }
    }

    /// Compresses in steps of odd sizes.
    private func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let compressor = try ZstdCompressor(size: Int64(bytes.count), name: "x")
        var frame: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 77_777) {
            try bytes[start..<min(start + 77_777, bytes.count)].withUnsafeBytes {
                try compressor.compress($0) { frame += $0 }
            }
        }
        try compressor.finish { frame += $0 }
        return frame
    }

    private func decompress(
        _ frame: [UInt8], pieceSize: Int = 100_000, size: Int64? = nil
    ) async throws -> [UInt8] {
        let body = try ObjectBody(frame, pieceSize: pieceSize).decompressed(name: "x", size: size)
        var bytes: [UInt8] = []
        for try await piece in body {
            #expect(!piece.isEmpty && piece.count <= ZstdDecompressor.pieceSize)
            bytes += piece
        }
        return bytes
    }

    private func failure(_ frame: [UInt8], size: Int64? = nil) async -> ZstdError.Code? {
        await #expect(throws: ZstdError.self) { _ = try await decompress(frame, size: size) }?.code
    }

    @Test(arguments: [0, 1, 5_000, ZstdDecompressor.pieceSize, 3_000_000])
    func `what was compressed is read back equal, in pieces of any size`(size: Int) async throws {
        for bytes in [Self.text(size), Self.noise(size), [UInt8](repeating: 0, count: size)] {
            let frame = try compress(bytes)
            for pieceSize in [max(1, frame.count / 1_000), 100_000, 10_000_000] {
                let found = try await decompress(frame, pieceSize: pieceSize, size: Int64(size))
                #expect(found == bytes)
            }
        }
    }

    @Test func `text shrinks`() throws {
        #expect(try compress(Self.text(1_000_000)).count < 500_000)
    }

    @Test func `an object that ends too early is told apart`() async throws {
        let frame = try compress(Self.text(500_000))
        for count in [0, 3, frame.count / 2, frame.count - 1] {
            #expect(await failure(Array(frame.prefix(count))) == .truncated)
        }
    }

    @Test func `an object with a changed byte is damaged, wherever it is`() async throws {
        let frame = try compress(Self.text(500_000))
        for position in [0, frame.count / 3, frame.count / 2, frame.count - 1] {
            var changed = frame
            changed[position] ^= 0x10
            #expect(await failure(changed) == .damaged)
        }
        #expect(await failure(frame + [1, 2, 3, 4, 5, 6, 7, 8]) == .damaged)
        #expect(await failure(Self.text(5_000)) == .damaged)
    }

    @Test func `an object cannot hold more than its file`() async throws {
        let frame = try compress([UInt8](repeating: 0, count: 50_000_000))
        #expect(frame.count < 10_000)
        #expect(await failure(frame, size: 1_000) == .tooLong)
    }

    @Test func `content of another size than announced is refused`() throws {
        for size in [99, 101] {
            let compressor = try ZstdCompressor(size: Int64(size), name: "x")
            #expect(throws: ZstdError.self) {
                try [UInt8](repeating: 1, count: 100).withUnsafeBytes {
                    try compressor.compress($0) { _ in }
                }
                try compressor.finish { _ in }
            }
        }
    }

    @Test func `a compression that is not known is named`() {
        let entry = ManifestEntry(
            name: "n", uniquifier: "u", keyspace: "k", table: "t", version: "nb", file: "f",
            size: 1, sha256: "s", tableID: nil, compression: "brotli")
        let error = #expect(throws: ZstdError.self) {
            _ = try ObjectBody([1]).content(of: entry)
        }
        #expect(error?.code == .unknownMethod && error?.message.contains("brotli") == true)
    }
}
