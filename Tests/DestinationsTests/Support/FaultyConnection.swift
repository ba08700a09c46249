import Foundation
import Glibc
import Synchronization

/// One connection through a `FaultProxy`, until either side ends it.
final class FaultyConnection: Sendable {
    private let client: LoopbackSocket
    private let server: UInt16
    private let fault: Fault?
    private let isSilent = Mutex(false)

    init(client: LoopbackSocket, server: UInt16, fault: Fault?) {
        (self.client, self.server, self.fault) = (client, server, fault)
    }

    /// Carries bytes both ways on this thread and another; closes both ends.
    func run() {
        defer { close(client.descriptor) }
        guard let upstream = try? LoopbackSocket(connectedTo: server) else { return }
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [self] in
            carry(from: client, to: upstream, limit: upLimit, end: endOfUp)
            shutdown(upstream.descriptor, Int32(SHUT_RDWR))
            ended.signal()
        }
        carry(from: upstream, to: client, limit: downLimit, end: endOfDown)
        shutdown(client.descriptor, Int32(SHUT_RD))
        ended.wait()
        close(upstream.descriptor)
    }

    private var upLimit: Int? {
        switch fault {
        case .reset(let limit), .silence(let limit): limit
        default: nil
        }
    }

    private var downLimit: Int? {
        if case .resetDown(let limit) = fault { limit } else { nil }
    }

    /// Carries bytes until an end, or until `limit` of them; then `end` says what happens.
    private func carry(
        from source: LoopbackSocket, to target: LoopbackSocket, limit: Int?, end: () -> Void
    ) {
        var carried = 0
        while true {
            var bytes = source.receive()
            if bytes.isEmpty { return }
            if isSilent.withLock({ $0 }) { continue }
            if let limit, carried + bytes.count > limit {
                _ = target.send(bytes.prefix(limit - carried))
                end()
                carried = limit
                if isSilent.withLock({ $0 }) { continue }
                return
            }
            if case .damage(let place) = fault, source.descriptor != client.descriptor,
                bytes.indices.contains(place - carried)
            {
                bytes[place - carried] ^= 1
            }
            carried += bytes.count
            guard target.send(bytes) else { return }
        }
    }

    private func endOfUp() {
        if case .silence = fault { isSilent.withLock { $0 = true } } else { client.reset() }
    }

    private func endOfDown() { client.reset() }
}
