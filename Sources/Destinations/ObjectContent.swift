import Crypto

/// What an object's bytes must be.
package struct ObjectContent: Sendable, Hashable {
    /// 64 hex digits in lower case.
    package var sha256: String
    /// Bytes.
    package var size: Int64

    package init(sha256: String, size: Int64) {
        self.sha256 = sha256
        self.size = size
    }

    /// What these bytes are.
    package init(of bytes: [UInt8]) {
        self.init(sha256: hexadecimal(SHA256.hash(data: bytes)), size: Int64(bytes.count))
    }

    /// What a source holds, read to its end.
    package init(of source: any ObjectSource) async throws {
        var hash = SHA256()
        size = 0
        for try await piece in try await source.original.open() {
            hash.update(data: piece)
            size += Int64(piece.count)
        }
        sha256 = hexadecimal(hash.finalize())
    }

    /// The error where an object's bytes are not these.
    package func differs(from found: ObjectContent, name: String) -> DestinationError {
        DestinationError(
            code: .wrongHash, object: name,
            message: "the content of \(name) is not what was announced: \(found.size) bytes "
                + "with SHA-256 \(found.sha256), expected \(size) bytes with SHA-256 \(sha256)")
    }
}
