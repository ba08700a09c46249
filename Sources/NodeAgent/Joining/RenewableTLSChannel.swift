import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// HTTP/1.1 behind TLS with the certificate that is the agent's when a connection is opened.
struct RenewableTLSChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    let certificate: ServedCertificate

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: certificate.context))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

extension HTTPServerBuilder {
    /// A server that shows the certificate; without one, a server without TLS.
    static func agent(_ certificate: ServedCertificate?) -> HTTPServerBuilder {
        guard let certificate else { return .http1() }
        return HTTPServerBuilder { responder in
            RenewableTLSChannel(base: HTTP1Channel(responder: responder), certificate: certificate)
        }
    }
}
