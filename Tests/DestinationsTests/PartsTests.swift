import Destinations
import Testing

@Suite struct PartsTests {
    private let mebibyte: Int64 = 1 << 20

    @Test func `parts cover the whole, and grow only where there would be too many`() {
        #expect(PartPlan(size: 25, partSize: 10).ranges == [0..<10, 10..<20, 20..<25])
        #expect(PartPlan(size: 20, partSize: 10).ranges == [0..<10, 10..<20])
        #expect(PartPlan(size: 0, partSize: 10).ranges == [0..<0])
        let full = PartPlan(size: 160_000 * mebibyte, partSize: 16 * mebibyte).ranges
        #expect(full.count == 10_000)
        let large = PartPlan(size: 5_000_000 * mebibyte, partSize: 16 * mebibyte).ranges
        #expect(large.count <= 10_000)
        #expect(large.last?.upperBound == 5_000_000 * mebibyte)
        #expect(large.first?.count == Int(500 * mebibyte))
    }

    @Test func `a part can be opened, and its bytes are those of the whole`() async throws {
        let folder = try TemporaryFolder()
        let bytes = PatternSource.bytes(0..<700_000)
        let local = try LocalDestination(
            path: folder.path, rules: LocalPathRules(roots: [folder.path], forbidden: []),
            owner: "test", threads: FileThreads(count: 1))
        _ = try await local.store(
            BytesSource(bytes), as: "o", expecting: ObjectContent(of: bytes))
        let threads = FileThreads(count: 1)
        let sources: [any ObjectSource] = [
            FileSource(path: "\(folder.path)/o", threads: threads), BytesSource(bytes),
            PatternSource(size: 700_000),
        ]
        for source in sources {
            #expect(try await ObjectContent(of: source) == ObjectContent(of: bytes))
            let part = try await source.open(range: 300_000..<600_000)
            #expect(
                try await part.collect(upTo: 700_000, of: "o") == Array(bytes[300_000..<600_000]))
        }
    }

    @Test func `the last piece comes only when all is as it must be`() async throws {
        let pieces: [[UInt8]] = [[1], [2], [3]]
        for (content, expected) in [
            (ObjectContent(of: [1, 2, 3]), 3), (ObjectContent(of: [1, 2, 4]), 2),
            (ObjectContent(of: [1, 2]), 1), (ObjectContent(of: [1, 2, 3, 4]), 2),
        ] {
            let source = PieceFeed(pieces)
            let body = ObjectBody { source.next() }.verified(against: content, name: "o")
            var seen = 0
            do {
                while try await body.next() != nil { seen += 1 }
                #expect(content == ObjectContent(of: [1, 2, 3]))
            } catch let error as DestinationError {
                #expect(error.code == .wrongHash)
            }
            #expect(seen == expected)
        }
    }
}
