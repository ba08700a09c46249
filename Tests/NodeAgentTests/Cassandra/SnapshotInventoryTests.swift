import BackupModel
import Destinations
import NodeAgent
import Testing

struct SnapshotInventoryTests {
    let scratch: Scratch
    let threads = FileThreads(count: 1)
    let tag = BackupTag.adhoc(at: 1_489_763_169)
    static let older = "8c0046a0e73411f1a3b3ab6c995d0ca6"
    static let newer = "721b30a0e73a11f18b31db6376e5e5b5"

    init() throws { scratch = try Scratch() }

    private var inventory: SnapshotInventory {
        SnapshotInventory(
            directories: DataDirectories(["\(scratch.path)/a", "\(scratch.path)/b"]), tag: tag)
    }

    /// An uncompressed SSTable without a digest, whose TOC.txt lists a Summary.db that is not there.
    private func write(_ folder: String, _ prefix: String, data: String = "rows") throws {
        try scratch.write("\(folder)/\(prefix)-Data.db", data.utf8)
        try scratch.write("\(folder)/\(prefix)-Index.db", "index".utf8)
        try scratch.write(
            "\(folder)/\(prefix)-TOC.txt", "Data.db\nIndex.db\nSummary.db\nTOC.txt\n".utf8)
    }

    private func sstables(_ table: SnapshotInventory.Table) throws -> [SSTable] {
        var iterator = inventory.sstables(of: table)
        var found: [SSTable] = []
        while let next = try iterator.next() { found.append(next) }
        return found
    }

    @Test func `files of version 1.2 over two data directories`() throws {
        for number in [2, 10, 1] {
            try write("a/app/users/snapshots/\(tag)", "app-users-ia-\(number)")
        }
        try write("b/app/users/snapshots/\(tag)", "app-users-ia-3")
        try write("b/app/users/snapshots/\(tag)", "app-users.users_name-ia-1")
        try write("b/app/users/snapshots/other", "app-users-ia-9")
        try write("b/app/users", "app-users-ia-11")
        try write("b/system/local/snapshots/\(tag)", "system-local-ia-1")
        let tables = try inventory.tables()
        #expect(tables.map(\.table) == [TableName(keyspace: "app", table: "users")])
        let found = try sstables(tables[0])
        #expect(
            found.map(\.descriptor.prefix) == [
                "app-users-ia-1", "app-users-ia-2", "app-users-ia-10", "app-users-ia-3",
            ])
        #expect(found[0].components.map(\.name) == ["Data.db", "Index.db", "TOC.txt"])
        #expect(found[0].tableID == nil)
    }

    @Test func `index folders are left out, SAI components stay`() throws {
        let folder = "a/app/users-\(Self.older)/snapshots/\(tag)"
        try write(folder, "nb-1-big")
        try scratch.write("\(folder)/nb-1-big-SAI+aa+GroupMeta.db", "sai".utf8)
        try scratch.write("\(folder)/.users_email/nb-1-big-Data.db", "x".utf8)
        try scratch.write("\(folder)/manifest.json", "{}".utf8)
        let found = try sstables(try inventory.tables()[0])
        #expect(found.count == 1)
        #expect(found[0].component("SAI+aa+GroupMeta.db")?.size == 3)
        #expect(found[0].components.count == 4)
    }

    @Test func `the incarnation with the snapshot counts, the newest is live`() throws {
        let name = TableName(keyspace: "app", table: "users")
        try write("a/app/users-\(Self.older)", "nb-1-big")
        try write("b/app/users-\(Self.newer)/snapshots/\(tag)", "nb-1-big")
        let tables = try inventory.tables()
        #expect(tables.map(\.tableID) == [Self.newer])
        let newest = try inventory.directories.newestTables(of: "app")
        #expect(newest[name]?.id == Self.newer)
        #expect(try inventory.directories.hasSnapshot(tag: tag, keyspaces: ["app"]))
        try write("a/app/users-\(Self.older)/snapshots/\(tag)", "nb-1-big")
        let error = #expect(throws: CaptureError.self) { try inventory.tables() }
        #expect(error?.code == .ambiguousTable)
    }

    @Test func `a temporary file or one of another table is refused`() throws {
        try scratch.write("a/app/users/snapshots/\(tag)/app-users-tmp-ia-1-Data.db", "x".utf8)
        try scratch.write("a/app/other/snapshots/\(tag)/app-users-ia-1-Data.db", "x".utf8)
        let tables = try inventory.tables()
        #expect(
            tables.map { table in
                #expect(throws: CaptureError.self) { _ = try sstables(table) }?.code
            } == [.foreignFile, .temporaryFile])
    }

    @Test func `a table that is not selected is left out`() throws {
        try write("a/app/users/snapshots/\(tag)", "app-users-ia-1")
        try write("a/app/other/snapshots/\(tag)", "app-other-ia-1")
        try write("a/system/local/snapshots/\(tag)", "system-local-ia-1")
        func names(_ keyspaces: [String: [String]]) throws -> [String] {
            try inventory.tables(TableSelection(keyspaces: keyspaces)).map(\.table.table)
        }
        #expect(try names([:]) == ["other", "users"])
        #expect(try names(["app": ["users"]]) == ["users"])
        #expect(try names(["system": []]) == ["local"])
        #expect(try names(["nosuch": []]).isEmpty)
    }

    static let digests: [(String, String, Bool)] = [
        ("Digest.sha1", "1c7d2b1ce05ff0bbaba0d2da4ab52b0b8a1c8c0f  app-users-ia-1-Data.db", false),
        ("Digest.sha1", "SHA1  app-users-ia-1-Data.db", true),
        ("Digest.crc32", "CRC32", true),
        ("Digest.crc32", "1", false),
        ("Digest.adler32", "ADLER32", true),
        ("Digest.adler32", "7", false),
        ("Digest.crc32", "", false),
        ("Digest.crc32", "-1", false),
    ]

    @Test(arguments: digests.indices)
    func `each kind of digest is checked`(index: Int) async throws {
        let (component, content, isRight) = Self.digests[index]
        let folder = "a/app/users/snapshots/\(tag)"
        try write(folder, "app-users-ia-1")
        let text = content.replacing("SHA1", with: Self.sha1).replacing("CRC32", with: Self.crc32)
            .replacing("ADLER32", with: Self.adler32)
        try scratch.write("\(folder)/app-users-ia-1-\(component)", text.utf8)
        let sstable = try #require(try sstables(try inventory.tables()[0]).first)
        do {
            let files = try await SSTableCapture(register: nil, threads: threads).capture(sstable)
            #expect(isRight)
            #expect(files.first { $0.component.name == "Data.db" }?.isVerified == true)
        } catch let error as CaptureError {
            #expect(!isRight, Comment(rawValue: error.description))
            #expect(error.code == .digestMismatch || error.code == .malformed)
        }
    }

    @Test func `without any digest nothing is verified`() async throws {
        try write("a/app/users/snapshots/\(tag)", "app-users-ia-1")
        let sstable = try #require(try sstables(try inventory.tables()[0]).first)
        let files = try await SSTableCapture(register: nil, threads: threads).capture(sstable)
        #expect(files.allSatisfy { !$0.isVerified } && files.count == 3)
    }

    // Of the four bytes `rows`, by sha1sum, by gzip's trailer and by zlib's.
    static let sha1 = "6c30d261539235005dac78552ab077de42661332"
    static let crc32 = "176944289"
    static let adler32 = "75104716"
}
