import Destinations
import Synchronization

/// Counts the bytes of one upload that were read and not yet taken by the service, and holds the
/// first blocks back until so many are on their way at once.
final class BlockMeter: Sendable {
    private let width: Int
    private let state = Mutex(State())

    private struct State {
        var inMemory = 0
        var mostInMemory = 0
        var arrived = 0
        var held: [CheckedContinuation<Void, Never>] = []
    }

    /// - Parameter width: so many blocks must be on their way before the first is let through.
    init(width: Int) { self.width = width }

    /// The most bytes that were in memory at any time.
    var mostInMemory: Int { state.withLock { $0.mostInMemory } }

    /// Content in small pieces, counted when they are read.
    func source(_ bytes: [UInt8]) -> any ObjectSource { Source(meter: self, bytes: bytes) }

    /// The network, which counts blocks that have been taken.
    func transport(_ inner: any HTTPTransport) -> any HTTPTransport {
        Transport(meter: self, inner: inner)
    }

    private func hasRead(_ count: Int) {
        state.withLock { state in
            state.inMemory += count
            state.mostInMemory = max(state.mostInMemory, state.inMemory)
        }
    }

    private func hasSent(_ count: Int) { state.withLock { $0.inMemory -= count } }

    private func pass() async {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                state.arrived += 1
                state.held.append(continuation)
                guard state.arrived >= width else { return [CheckedContinuation<Void, Never>]() }
                defer { state.held = [] }
                return state.held
            }
            for waiting in free { waiting.resume() }
        }
    }

    private struct Source: ObjectSource {
        let meter: BlockMeter
        let bytes: [UInt8]

        func open() async throws -> ObjectBody {
            let body = ObjectBody(bytes, pieceSize: 250)
            return ObjectBody {
                let piece = try await body.next()
                meter.hasRead(piece?.count ?? 0)
                return piece
            }
        }

        func open(range: Range<Int64>) async throws -> ObjectBody { try await open() }
    }

    private struct Transport: HTTPTransport {
        let meter: BlockMeter
        let inner: any HTTPTransport

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            guard request.url.contains("blockid="),
                case .stream(let size, _) = request.body
            else { return try await inner.send(request) }
            await meter.pass()
            let response = try await inner.send(request)
            meter.hasSent(Int(size))
            return response
        }
    }
}
