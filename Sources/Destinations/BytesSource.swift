/// A document or a small file in memory, to be written.
package struct BytesSource: ObjectSource {
    /// Bytes that are copied on their way at a time.
    private static let pieceSize = 256 * 1_024

    private let bytes: [UInt8]
    package let proven: ObjectContent?

    /// - Parameter proven: what the caller has found these very bytes to be.
    package init(_ bytes: [UInt8], hashed proven: ObjectContent? = nil) {
        self.bytes = bytes
        self.proven = proven
    }

    package func open() async throws -> ObjectBody {
        ObjectBody(bytes, pieceSize: Self.pieceSize)
    }

    package func open(range: Range<Int64>) async throws -> ObjectBody {
        ObjectBody(Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
}
