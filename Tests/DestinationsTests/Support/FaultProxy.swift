import Foundation
import Glibc
import Synchronization

/// Stands between a driver and its server, and lets something go wrong on each of the first
/// connections; later ones pass.
final class FaultProxy: Sendable {
    let port: UInt16
    private let server: UInt16
    private let listener: LoopbackSocket
    private let faults: Mutex<[Fault]>
    private let accepted = Mutex(0)

    /// - Parameter faults: the first for the first connection, and so on.
    init(before server: UInt16, _ faults: [Fault]) throws {
        self.server = server
        self.faults = Mutex(faults)
        listener = try LoopbackSocket(listeningOn: 0)
        port = listener.port
        let listener = listener
        let serve: @Sendable (LoopbackSocket) -> Void = { [weak self] in self?.serve($0) }
        Thread.detachNewThread {
            while case let client = accept(listener.descriptor, nil, nil), client >= 0 {
                let socket = LoopbackSocket(descriptor: client)
                Thread.detachNewThread { serve(socket) }
            }
            close(listener.descriptor)
        }
    }

    deinit {
        // Wakes the thread that accepts, which closes it.
        shutdown(listener.descriptor, Int32(SHUT_RDWR))
    }

    /// Connections so far.
    var connections: Int { accepted.withLock { $0 } }

    /// Faults that have not happened yet.
    var remaining: Int { faults.withLock { $0.count } }

    private func serve(_ client: LoopbackSocket) {
        accepted.withLock { $0 += 1 }
        let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if case .answer(let status, let fields, let body) = fault {
            answer(client, status, fields, body)
            close(client.descriptor)
        } else {
            FaultyConnection(client: client, server: server, fault: fault).run()
        }
    }

    private func answer(_ client: LoopbackSocket, _ status: Int, _ fields: [String], _ body: String)
    {
        var head: [UInt8] = []
        while !head.contains(Array("\r\n\r\n".utf8)) {
            let bytes = client.receive()
            if bytes.isEmpty { return }
            head += bytes
        }
        let lines =
            ["HTTP/1.1 \(status) Fault", "Content-Length: \(body.utf8.count)", "Connection: close"]
            + fields + ["", body]
        _ = client.send(lines.joined(separator: "\r\n").utf8)
        shutdown(client.descriptor, Int32(SHUT_WR))
        // What is still coming must be read, or the answer is lost in a reset.
        while !client.receive().isEmpty {}
    }
}
