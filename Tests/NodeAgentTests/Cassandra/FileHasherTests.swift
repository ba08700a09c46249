import NodeAgent
import Testing

struct FileHasherTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `the sink gets every byte of the one read`() throws {
        let bytes = (0..<100_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try scratch.write("f", bytes)
        var seen: [UInt8] = []
        let result = try FileHasher(chunkSize: 4096).hash(path: path) { seen += $0 }
        #expect(seen == bytes)
        var digester = FileDigester()
        digester.update(bytes)
        #expect(result.hashes == digester.finish().hashes)
        #expect(result.hashes.size == 100_001 && result.matchesDigest == nil)
    }

    @Test func `an empty file has the hashes of nothing`() throws {
        let path = try scratch.write("empty", [])
        let hashes = try FileHasher().hash(path: path).hashes
        #expect(
            hashes.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hashes.size == 0)
    }

    @Test func `an error of the sink ends the read`() throws {
        struct Full: Error {}
        let path = try scratch.write("f", [1, 2, 3])
        #expect(throws: Full.self) {
            try FileHasher().hash(path: path) { _ in throw Full() }
        }
    }
}
