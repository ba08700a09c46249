import Crypto
import FoundationEssentials
import Glibc

/// The file of sealing keys: a line `<key id> <32 bytes in base64>` for each. The first seals, all
/// open.
package struct KeyFile: Sendable {
    private let path: String
    private let text: String
    private let owner: (user: uid_t, group: gid_t)
    private let mode: mode_t
    let version: FileVersion
    let keys: [(id: String, key: SymmetricKey)]

    /// Reads the file, which must be closed to others.
    package init(_ path: String) throws(SealingError) {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw .unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(path) }
        guard status.st_mode & 0o027 == 0 else { throw .keyFileTooOpen(path: path) }
        self.path = path
        owner = (status.st_uid, status.st_gid)
        mode = status.st_mode & 0o777
        version = FileVersion(status)
        text = try Self.read(descriptor, path)
        keys = try Self.parse(text, path)
    }

    /// The ids of the keys, the one that seals first.
    package var ids: [String] { keys.map(\.id) }

    /// A line with a fresh random key.
    package static func newLine(id: String = UUID().uuidString.lowercased()) -> String {
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        return "\(id) \(key.base64EncodedString())\n"
    }

    /// Puts a fresh key before the others, so that it seals from now on; answers its id.
    package func addKey() throws -> String {
        let id = UUID().uuidString.lowercased()
        try replace(with: Self.newLine(id: id) + text)
        return id
    }

    /// Removes keys. The one that seals stays whatever is asked for.
    package func dropKeys(_ ids: Set<String>) throws {
        let dropped = ids.subtracting(self.ids.prefix(1))
        let kept = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !dropped.contains(line.split(separator: " ").first.map(String.init) ?? "")
        }
        try replace(with: kept.joined(separator: "\n"))
    }

    /// The new file has the old one's owner and mode.
    private func replace(with text: String) throws {
        try PrivateFile.write(Array(text.utf8), to: path, mode: mode, owner: owner)
    }

    private static func read(_ descriptor: Int32, _ path: String) throws(SealingError) -> String {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw .unreadable(path) }
            guard count > 0 else { return String(decoding: content, as: UTF8.self) }
            content += buffer[..<count]
            guard content.count <= 1 << 20 else { throw .keyFileMalformed(path: path) }
        }
    }

    private static func parse(
        _ text: String, _ path: String
    ) throws(SealingError) -> [(id: String, key: SymmetricKey)] {
        var keys: [(id: String, key: SymmetricKey)] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, (1...64).contains(words[0].utf8.count),
                let bytes = Data(base64Encoded: String(words[1])), bytes.count == 32
            else { throw .keyFileMalformed(path: path) }
            keys.append((String(words[0]), SymmetricKey(data: bytes)))
        }
        guard !keys.isEmpty else { throw .keyFileMalformed(path: path) }
        return keys
    }
}
