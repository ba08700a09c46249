import Foundation
import GRDB
import NodeAgent
import Synchronization
import Testing

struct HashRegisterTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func identity(_ inode: UInt64) -> FileIdentity {
        FileIdentity(device: .max, inode: inode, size: 7, modified: -1, born: 5)
    }

    private func known(_ text: String) -> HashRegister.Known {
        HashRegister.Known(
            hashes: FileHashes(sha256: text, size: 7), isVerified: true)
    }

    @Test func `what was recorded is known after the register was opened again`() async throws {
        let path = "\(scratch.path)/hashes.sqlite"
        let first = try HashRegister(path: path) { 1 }
        try await first.record(identity(.max), known("a"))
        #expect(try await first.lookup(identity(.max)) == known("a"))
        #expect(try await first.count() == 0)
        try await first.close()
        let second = try HashRegister(path: path) { 2 }
        #expect(try await second.lookup(identity(.max)) == known("a"))
        #expect(try await second.lookup(identity(1)) == nil)
        try await second.close()
    }

    @Test func `entries are written in batches`() async throws {
        let register = try HashRegister(path: "\(scratch.path)/h.sqlite", batchSize: 10) { 1 }
        for inode in 0..<25 { try await register.record(identity(UInt64(inode)), known("x")) }
        #expect(try await register.count() == 20)
        try await register.flush()
        #expect(try await register.count() == 25)
        try await register.record(identity(3), known("y"))
        try await register.flush()
        #expect(try await register.lookup(identity(3)) == known("y"))
        #expect(try await register.count() == 25)
    }

    @Test(arguments: [(interval: Int64(50), isForgotten: false), (150, true)])
    func `what was not seen for long is forgotten`(
        interval: Int64, isForgotten: Bool
    ) async throws {
        let time = Mutex<Int64>(100)
        let register = try HashRegister(
            path: "\(scratch.path)/h.sqlite", seenInterval: interval
        ) { time.withLock { $0 } }
        try await register.record(identity(1), known("a"))
        try await register.record(identity(2), known("b"))
        try await register.flush()
        time.withLock { $0 = 200 }
        // Noted as seen only where the last time is longer ago than the interval.
        _ = try await register.lookup(identity(2))
        #expect(try await register.prune(notSeenSince: 150) == (isForgotten ? 2 : 1))
        #expect(try await register.lookup(identity(1)) == nil)
        #expect(try await register.lookup(identity(2)) == (isForgotten ? nil : known("b")))
    }

    @Test func `a register of an older version is opened with what it holds`() async throws {
        let path = "\(scratch.path)/old.sqlite"
        // As version 1 made it, with a CRC32 of each file.
        let old = try DatabaseQueue(path: path)
        try await old.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE file_hash (device INTEGER NOT NULL, inode INTEGER NOT NULL,
                        size INTEGER NOT NULL, modified INTEGER NOT NULL, born INTEGER NOT NULL,
                        sha256 TEXT NOT NULL, crc32 INTEGER NOT NULL, verified BOOLEAN NOT NULL,
                        seen INTEGER NOT NULL,
                        PRIMARY KEY (device, inode, size, modified, born)) WITHOUT ROWID;
                    CREATE INDEX file_hash_on_seen ON file_hash(seen);
                    INSERT INTO file_hash VALUES (-1, 3, 7, -1, 5, 'a', 4294967295, 1, 100);
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('hash register')
                    """)
        }
        try old.close()
        let register = try HashRegister(path: path) { 100 }
        #expect(try await register.lookup(identity(3)) == known("a"))
    }

    @Test func `a hard link is the same file, a rewritten one is not`() throws {
        let path = try scratch.write("a", "content".utf8)
        let before = try FileIdentity(path: path)
        try FileManager.default.linkItem(atPath: path, toPath: "\(scratch.path)/b")
        #expect(try FileIdentity(path: "\(scratch.path)/b") == before)
        #expect(try FileIdentity(path: path) == before)
        #expect(before.size == 7 && before.modified > 0)
        try FileManager.default.removeItem(atPath: path)
        try scratch.write("a", "content".utf8)
        #expect(try FileIdentity(path: path) != before)
    }

    @Test func `a link or a folder is no file`() throws {
        try scratch.write("a", "x".utf8)
        try FileManager.default.createSymbolicLink(
            atPath: "\(scratch.path)/link", withDestinationPath: "\(scratch.path)/a")
        #expect(throws: (any Error).self) { try FileIdentity(path: "\(scratch.path)/link") }
        #expect(throws: (any Error).self) { try FileIdentity(path: scratch.path) }
        #expect(throws: (any Error).self) { try FileIdentity(path: "\(scratch.path)/none") }
    }
}
