import AsyncHTTPClient
import NIOCore
import NIOSSL

/// Connections to object stores over HTTP/1.1, with TLS that is always verified; closed when
/// nobody holds the session or a body of it any more.
package final class HTTPSession: HTTPTransport {
    private let client: HTTPClient
    private let settings: HTTPSettings

    /// - Throws: `DestinationError` where the file of the certificate authority cannot be used.
    package init(_ settings: HTTPSettings) throws {
        self.settings = settings
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = try Self.tls(caFile: settings.caFile)
        configuration.timeout.connect = TimeAmount(settings.connectTimeout)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            settings.connections
        // Shorter than stores keep idle connections: else a request meets one being closed.
        configuration.connectionPool.idleTimeout = .seconds(15)
        // Whoever calls tries again, and tells the cause.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(
            eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup),
            configuration: configuration)
    }

    deinit {
        // Closes idle connections in the background; there is nobody left to tell of a failure.
        client.shutdown { _ in }
    }

    package func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let watch = SilenceWatch(
            limit: request.silence ?? settings.silence, object: request.object,
            peer: HTTPFailure.host(of: request.url))
        let upload = HTTPUpload(request.body, watch: watch)
        let response: HTTPClientResponse
        do {
            response = try await watch.guarding {
                try await self.client.execute(
                    upload.attached(to: request.clientRequest), deadline: .distantFuture)
            }
        } catch {
            throw HTTPFailure.error(upload.failure ?? error, request: request)
        }
        return HTTPResponse(
            status: Int(response.status.code), fields: HTTPFields(response.headers),
            body: body(of: response, to: request, watch: watch))
    }

    /// The pieces of an answer.
    private func body(
        of response: HTTPClientResponse, to request: HTTPRequest, watch: SilenceWatch
    ) -> ObjectBody {
        let download = HTTPDownload(response.body, of: self)
        return ObjectBody {
            do {
                return try await watch.guarding { try await download.next() }
            } catch {
                throw HTTPFailure.error(error, request: request)
            }
        }
    }

    private static func tls(caFile: String?) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caFile {
            do {
                let certificates = try NIOSSLCertificate.fromPEMFile(caFile)
                tls.additionalTrustRoots = [.certificates(certificates)]
            } catch {
                throw DestinationError(
                    code: .misconfigured, object: caFile,
                    message: "cannot read the certificate authority \(caFile): \(error)")
            }
        }
        return tls
    }
}
