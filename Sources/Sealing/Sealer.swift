import Crypto
import FoundationEssentials

/// Seals secrets with AES-256-GCM, each for one place: it cannot be opened in another row.
///
/// A sealed value is `1`, the length of the key's id, the id, then nonce, ciphertext and tag. The
/// first key of the key file seals, all unseal.
package struct Sealer: Sendable {
    private let keys: KeyRing

    private static let format: UInt8 = 1

    /// Reads the key file, which must be closed to others and stay where it is.
    package init(keyFile path: String) throws(SealingError) {
        keys = try KeyRing(path: path)
    }

    /// The id of the key that seals now.
    package var newestKeyID: String {
        get throws(SealingError) { try keys.newest().id }
    }

    /// Seals `plain` for the place that `context` names, such as `destination Test_Cluster/4f…`.
    package func seal(_ plain: [UInt8], for context: String) throws -> [UInt8] {
        let (id, key) = try keys.newest()
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
        let key = try keys.key(String(decoding: sealed[2..<idEnd], as: UTF8.self))
        do {
            let box = try AES.GCM.SealedBox(combined: Data(sealed[idEnd...]))
            return Array(try AES.GCM.open(box, using: key, authenticating: Data(context.utf8)))
        } catch {
            throw .notAuthentic(context: context)
        }
    }
}
