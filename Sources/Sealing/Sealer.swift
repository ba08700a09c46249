import Crypto
import FoundationEssentials
import Glibc

/// Seals secrets with AES-256-GCM, each for one place: it cannot be opened in another row.
///
/// A sealed value is `1`, the length of the key's id, the id, then nonce, ciphertext and tag.
/// The key file has one `<key id> <base64>` a line; the first seals, all unseal.
package struct Sealer: Sendable {
    private let keys: [(id: String, key: SymmetricKey)]

    private static let format: UInt8 = 1

    /// Reads the key file, which must be closed to others.
    package init(keyFile path: String) throws(SealingError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw .keyFileUnreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & 0o027 == 0 else { throw .keyFileTooOpen(path: path) }
        let content: Data
        do {
            content = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .keyFileUnreadable(path: path, reason: "\(error)")
        }
        var keys: [(id: String, key: SymmetricKey)] = []
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n")
        where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard words.count == 2, (1...64).contains(words[0].utf8.count),
                let bytes = Data(base64Encoded: String(words[1])), bytes.count == 32
            else { throw .keyFileMalformed(path: path) }
            keys.append((String(words[0]), SymmetricKey(data: bytes)))
        }
        guard !keys.isEmpty else { throw .keyFileMalformed(path: path) }
        self.keys = keys
    }

    /// A line for a key file, with a fresh random key.
    package static func newKeyLine(id: String) -> String {
        let key = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        return "\(id) \(key.base64EncodedString())\n"
    }

    /// Seals `plain` for the place that `context` names, such as `destination Test_Cluster/4f…`.
    package func seal(_ plain: [UInt8], for context: String) throws -> [UInt8] {
        let (id, key) = keys[0]
        let box = try AES.GCM.seal(
            plain, using: key, authenticating: Data(context.utf8))
        guard let combined = box.combined else {
            throw SealingError.notAuthentic(context: context)
        }
        return [Self.format, UInt8(id.utf8.count)] + Array(id.utf8) + Array(combined)
    }

    /// Opens what was sealed for the same place.
    package func unseal(_ sealed: [UInt8], for context: String) throws(SealingError) -> [UInt8] {
        guard sealed.count > 2, sealed[0] == Self.format, sealed.count > 2 + Int(sealed[1]) else {
            throw .notAuthentic(context: context)
        }
        let idEnd = 2 + Int(sealed[1])
        let id = String(decoding: sealed[2..<idEnd], as: UTF8.self)
        guard let key = keys.first(where: { $0.id == id })?.key else { throw .unknownKey(id: id) }
        do {
            let box = try AES.GCM.SealedBox(combined: Data(sealed[idEnd...]))
            return Array(try AES.GCM.open(box, using: key, authenticating: Data(context.utf8)))
        } catch {
            throw .notAuthentic(context: context)
        }
    }
}
