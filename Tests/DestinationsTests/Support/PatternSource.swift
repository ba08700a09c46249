import Crypto
import Destinations
import Synchronization

/// Bytes of any length that are made as they are read, and never together in memory.
struct PatternSource: ObjectSource {
    private static let pieceSize: Int64 = 256 << 10

    let size: Int64
    /// Where reading fails; `nil`: nowhere.
    var failure: (at: Int64, error: DestinationError)?

    /// What the bytes are.
    var content: ObjectContent {
        var hash = SHA256()
        for start in stride(from: 0, to: size, by: Int(Self.pieceSize)) {
            hash.update(data: Self.bytes(start..<min(size, start + Self.pieceSize)))
        }
        return ObjectContent(sha256: hexadecimal(hash.finalize()), size: size)
    }

    func open() async throws -> ObjectBody { try await open(range: 0..<size) }

    func open(range: Range<Int64>) async throws -> ObjectBody {
        let position = Position(range.lowerBound)
        return ObjectBody {
            guard let piece = position.advance(Self.pieceSize, upTo: range.upperBound) else {
                return nil
            }
            if let failure, piece.contains(failure.at) { throw failure.error }
            return Self.bytes(piece)
        }
    }

    /// Different in every part, however it is cut.
    static func bytes(_ range: Range<Int64>) -> [UInt8] {
        range.map { UInt8(truncatingIfNeeded: ($0 &* 31) ^ ($0 >> 11)) }
    }

    private final class Position: Sendable {
        private let offset: Mutex<Int64>

        init(_ offset: Int64) { self.offset = Mutex(offset) }

        func advance(_ count: Int64, upTo end: Int64) -> Range<Int64>? {
            offset.withLock { offset in
                guard offset < end else { return nil }
                defer { offset = min(end, offset + count) }
                return offset..<min(end, offset + count)
            }
        }
    }
}
