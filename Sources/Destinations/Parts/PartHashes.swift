import Crypto

/// Reads an object from its first byte to its last, and hashes its parts and the whole.
package actor PartHashes {
    private let body: ObjectBody
    private let name: String
    private var rest: ArraySlice<UInt8> = []
    private var whole = SHA256()
    private var size: Int64 = 0

    /// - Parameter name: of the object, for the error.
    package init(_ body: ObjectBody, of name: String) {
        self.body = body
        self.name = name
    }

    /// SHA-256, in hex, of the next `count` bytes, or of as many as there are.
    package func next(_ count: Int64) async throws -> String {
        var part = SHA256()
        var missing = count
        while missing > 0 {
            if rest.isEmpty {
                guard let piece = try await body.next() else { break }
                rest = piece[...]
            }
            let bytes = rest.prefix(Int(min(missing, Int64(rest.count))))
            part.update(data: bytes)
            whole.update(data: bytes)
            missing -= Int64(bytes.count)
            size += Int64(bytes.count)
            rest = rest.dropFirst(bytes.count)
        }
        return hexadecimal(part.finalize())
    }

    /// Reads what is left, and compares the whole.
    ///
    /// - Throws: `DestinationError` with code `wrongHash`.
    package func finish(expecting content: ObjectContent) async throws {
        _ = try await next(.max)
        let found = ObjectContent(sha256: hexadecimal(whole.finalize()), size: size)
        guard found == content else { throw content.differs(from: found, name: name) }
    }
}
