import Crypto

/// A random token that opens something; only its hash is kept.
package struct SecretToken: Sendable {
    /// 64 hex digits: 256 random bits.
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// A token that nobody can guess.
    package static func random() -> SecretToken {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return SecretToken(
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined())
    }

    /// SHA-256 of the token's text.
    package var hash: [UInt8] {
        var text = text
        return text.withUTF8 { bytes in
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(bytes))
            return Array(hasher.finalize())
        }
    }
}
