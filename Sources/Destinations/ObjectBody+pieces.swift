import Synchronization

extension ObjectBody {
    /// Bytes in memory, in pieces.
    ///
    /// - Parameter pieceSize: bytes of every piece but the last.
    package init(_ bytes: [UInt8], pieceSize: Int) {
        let position = Position()
        self.init {
            let start = position.advance(by: pieceSize)
            guard start < bytes.count else { return nil }
            return Array(bytes[start..<Swift.min(start + pieceSize, bytes.count)])
        }
    }

    private final class Position: Sendable {
        private let next = Mutex(0)

        /// Where the piece begins that is to be read now.
        func advance(by count: Int) -> Int {
            next.withLock { next in
                defer { next += count }
                return next
            }
        }
    }
}
