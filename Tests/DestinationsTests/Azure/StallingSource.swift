import Destinations
import Synchronization

/// Content that stops coming after some pieces, until its reader is cancelled.
struct StallingSource: ObjectSource {
    let pieces: Int
    let piece: [UInt8]
    /// Ends when the content stops coming.
    let stalled: AsyncStream<Never>
    private let stall: AsyncStream<Never>.Continuation

    init(pieces: Int, piece: [UInt8]) {
        self.pieces = pieces
        self.piece = piece
        (stalled, stall) = AsyncStream.makeStream()
    }

    func open() async throws -> ObjectBody {
        let count = Counter()
        return ObjectBody {
            if count.next() < pieces { return piece }
            stall.finish()
            for await _ in AsyncStream<Never>.makeStream().stream {}
            throw CancellationError()
        }
    }

    func open(range: Range<Int64>) async throws -> ObjectBody { try await open() }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }
}
