import Foundation
import SegmentCopy
import Testing

/// A segment becomes an archived file whole, or not at all.
@Suite struct SegmentCopyTests {
    private let folder: ArchiveFolder

    init() throws { folder = try ArchiveFolder() }

    private func archive(_ segment: String, links: Bool = false) throws {
        try SegmentCopy(
            source: folder.segment, target: folder.archived(segment), links: links
        ).perform()
    }

    private func code(_ body: () throws -> Void) -> SegmentCopyError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? SegmentCopyError)?.code
        }
    }

    @Test func `the copy has the segment's bytes, its mode and the time of its last write`() throws
    {
        try folder.write(folder.segment, Data("rows".utf8), mode: 0o640, modified: 1_450_135_082)
        try archive("a")
        let copy = folder.archived("a")
        #expect(try Data(contentsOf: URL(filePath: copy)) == Data("rows".utf8))
        let found = try FileManager.default.attributesOfItem(atPath: copy)
        #expect(found[.posixPermissions] as? Int == 0o640)
        #expect((found[.modificationDate] as? Date)?.timeIntervalSince1970 == 1_450_135_082)
        #expect(try folder.archivedNames() == ["a"])
    }

    @Test func `a segment without content, and one of many pieces, are copied`() throws {
        for (name, size) in [("empty", 0), ("large", 5_000_003)] {
            let bytes = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
            try folder.write(folder.segment, bytes)
            try archive(name)
            #expect(try Data(contentsOf: URL(filePath: folder.archived(name))) == bytes)
        }
    }

    @Test func `archiving it again is right as long as its bytes are the same`() throws {
        try folder.write(folder.segment, Data("rows".utf8))
        try archive("a")
        try archive("a")
        #expect(try folder.archivedNames() == ["a"])
    }

    @Test(arguments: ["other", "rows and more", "row", ""])
    func `what has the name with other content is never overwritten`(content: String) throws {
        try folder.write(folder.segment, Data("rows".utf8))
        try folder.write(folder.archived("a"), Data(content.utf8))
        #expect(code { try archive("a") } == .taken)
        #expect(code { try archive("a", links: true) } == .taken)
        #expect(
            try Data(contentsOf: URL(filePath: folder.archived("a"))) == Data(content.utf8))
        #expect(try folder.archivedNames() == ["a"])
    }

    @Test func `what is missing, or no file, is no segment`() throws {
        #expect(code { try archive("a") } == .missing)
        try FileManager.default.createDirectory(
            atPath: folder.segment, withIntermediateDirectories: false)
        #expect(code { try archive("a") } == .failed)
        #expect(try folder.archivedNames() == [])
    }

    @Test func `a folder that is missing is not made`() throws {
        try folder.write(folder.segment, Data("rows".utf8))
        let target = "\(folder.archived("no"))/a"
        #expect(
            code {
                try SegmentCopy(source: folder.segment, target: target, links: false).perform()
            } == .missing)
    }

    @Test func `a link is the segment itself, also the second time`() throws {
        try folder.write(folder.segment, Data("rows".utf8))
        try archive("a", links: true)
        try archive("a", links: true)
        let (segment, link) = try (
            FileManager.default.attributesOfItem(atPath: folder.segment),
            FileManager.default.attributesOfItem(atPath: folder.archived("a"))
        )
        #expect(segment[.systemFileNumber] as? Int == link[.systemFileNumber] as? Int)
    }

    @Test func `a copy of the same bytes satisfies a link`() throws {
        try folder.write(folder.segment, Data("rows".utf8))
        try archive("a")
        try archive("a", links: true)
    }
}
