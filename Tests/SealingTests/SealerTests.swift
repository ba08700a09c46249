import Foundation
import Sealing
import Testing

@Suite final class SealerTests {
    private let folder: URL
    private let secret = Array("wJalrXUtnFEMI/K7MDENG".utf8)

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "helenus-sealing-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            print("SealerTests: \(error)")
        }
    }

    private func keyFile(_ text: String, mode: Int = 0o600) throws -> String {
        let file = folder.appending(path: UUID().uuidString)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        return file.path
    }

    @Test func `what is sealed for a place opens there`() throws {
        let sealer = try Sealer(keyFile: keyFile(KeyFile.newLine(id: "a")))
        for plain in [[], secret, Array(repeating: 7, count: 100_000)] {
            let sealed = try sealer.seal(plain, for: "destination c/1")
            #expect(try sealer.unseal(sealed, for: "destination c/1") == plain)
        }
    }

    @Test func `what is sealed for one place does not open at another`() throws {
        let sealer = try Sealer(keyFile: keyFile(KeyFile.newLine(id: "a")))
        let sealed = try sealer.seal(secret, for: "destination c/1")
        #expect(throws: SealingError.notAuthentic(context: "destination d/1")) {
            try sealer.unseal(sealed, for: "destination d/1")
        }
    }

    @Test func `the same secret is never sealed alike, and never readable`() throws {
        let sealer = try Sealer(keyFile: keyFile(KeyFile.newLine(id: "a")))
        let one = try sealer.seal(secret, for: "x")
        let two = try sealer.seal(secret, for: "x")
        #expect(one != two)
        #expect(one.firstRange(of: secret) == nil)
    }

    @Test func `no changed and no shortened byte goes unnoticed`() throws {
        let sealer = try Sealer(keyFile: keyFile(KeyFile.newLine(id: "a")))
        let sealed = try sealer.seal(secret, for: "x")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: SealingError.self, "byte \(index)") {
                try sealer.unseal(changed, for: "x")
            }
            #expect(throws: SealingError.self, "cut at \(index)") {
                try sealer.unseal(Array(sealed[..<index]), for: "x")
            }
        }
    }

    @Test func `the first key seals and every key opens`() throws {
        let old = KeyFile.newLine(id: "old")
        let new = KeyFile.newLine(id: "new")
        let before = try Sealer(keyFile: keyFile(old))
        let rotated = try Sealer(keyFile: keyFile("# rotated\n" + new + old))
        let after = try Sealer(keyFile: keyFile(new))
        let sealedBefore = try before.seal(secret, for: "x")
        let sealedSince = try rotated.seal(secret, for: "x")
        #expect(try rotated.unseal(sealedBefore, for: "x") == secret)
        #expect(try after.unseal(sealedSince, for: "x") == secret)
        #expect(throws: SealingError.unknownKey(id: "old")) {
            try after.unseal(sealedBefore, for: "x")
        }
    }

    @Test(arguments: [0o644, 0o604, 0o660, 0o620, 0o602])
    func `a key file that others may read or write is refused`(mode: Int) throws {
        let path = try keyFile(KeyFile.newLine(id: "a"), mode: mode)
        #expect(throws: SealingError.keyFileTooOpen(path: path)) { try Sealer(keyFile: path) }
    }

    @Test func `a key file for owner and group is accepted`() throws {
        _ = try Sealer(keyFile: keyFile(KeyFile.newLine(id: "a"), mode: 0o640))
    }

    @Test(arguments: ["", "# none\n", "a\n", "a AAAA\n", "a !!!\n"])
    func `a malformed key file is refused without showing what is in it`(text: String) throws {
        let path = try keyFile(text)
        let error = #expect(throws: SealingError.keyFileMalformed(path: path)) {
            try Sealer(keyFile: path)
        }
        #expect(error?.description.contains("AAAA") == false)
    }

    @Test func `a key file that is not there says so`() {
        let error = #expect(throws: SealingError.self) { try Sealer(keyFile: "/nonexistent/key") }
        #expect(error?.description.contains("/nonexistent/key") == true)
    }

    @Test
    func `a new key seals at once in a process that runs, and what it sealed opens in another`()
        throws
    {
        let path = try keyFile("# ours\n" + KeyFile.newLine(id: "old"), mode: 0o640)
        let (one, two) = (try Sealer(keyFile: path), try Sealer(keyFile: path))
        let before = try one.seal(secret, for: "x")
        let id = try KeyFile(path).addKey()
        #expect(try one.newestKeyID == id)
        #expect(try KeyFile(path).ids == [id, "old"])
        let since = try one.seal(secret, for: "x")
        for sealed in [before, since] { #expect(try two.unseal(sealed, for: "x") == secret) }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o640)

        try KeyFile(path).dropKeys(["old", id])
        #expect(try KeyFile(path).ids == [id])
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("# ours"))
        let third = try Sealer(keyFile: path)
        #expect(try third.unseal(since, for: "x") == secret)
        #expect(throws: SealingError.unknownKey(id: "old")) {
            try third.unseal(before, for: "x")
        }
    }

    @Test func `without its key file nothing more is sealed, and what is sealed still opens`()
        throws
    {
        let path = try keyFile(KeyFile.newLine(id: "a"))
        let sealer = try Sealer(keyFile: path)
        let sealed = try sealer.seal(secret, for: "x")
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: SealingError.self) { try sealer.seal(secret, for: "x") }
        #expect(try sealer.unseal(sealed, for: "x") == secret)
    }
}
