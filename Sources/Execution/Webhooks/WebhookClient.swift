import AsyncHTTPClient
import NIOCore
import NIOSSL

/// Posts over HTTP/1.1. A redirect is an answer like any other, an answer's body is not read, and
/// with TLS a receiver's certificate is verified, always.
package final class WebhookClient: WebhookSender {
    private let http: HTTPClient
    private let timeLimit: Double

    /// - Parameters:
    ///   - caFile: certificates in PEM form that are trusted beside the system's; `nil` for none.
    ///   - timeLimit: seconds that connecting and the answer may take together.
    /// - Throws: `WebhookFailure` where the file cannot be used.
    package init(caFile: String?, timeLimit: Double) throws {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = try Self.tls(caFile: caFile)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .milliseconds(Int64(timeLimit * 1_000))
        // What failed is tried again later, and that is noted.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.timeLimit = timeLimit
    }

    deinit {
        // Nobody uses it any more, so there is nothing that could fail.
        http.shutdown { _ in }
    }

    package func send(_ post: WebhookPost) async throws -> WebhookAnswer {
        var request = HTTPClientRequest(url: post.url)
        request.method = .POST
        for (name, value) in post.headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "user-agent", value: "Helenus")
        request.body = .bytes(ByteBuffer(string: post.body))
        do {
            let response = try await http.execute(
                request, timeout: .milliseconds(Int64(timeLimit * 1_000)))
            // The body goes unread with the response, and its connection with it.
            return WebhookAnswer(
                status: Int(response.status.code),
                // It may be a date, too; then the usual pause has to do.
                retryAfter: response.headers.first(name: "retry-after")
                    .flatMap { Int32($0) }.map { Double($0) })
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> WebhookFailure {
        if let error = error as? HTTPClientError,
            [.deadlineExceeded, .connectTimeout, .getConnectionFromPoolTimeout].contains(error)
        {
            return WebhookFailure(message: "There was no answer within \(timeLimit) s.")
        }
        if error is NIOSSLExtraError || "\(error)".contains("CERTIFICATE_VERIFY_FAILED") {
            return WebhookFailure(message: "The receiver's certificate is not trusted.")
        }
        return WebhookFailure(message: "The receiver does not answer: \(error)")
    }

    private static func tls(caFile: String?) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        guard let caFile else { return tls }
        do {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(caFile))]
        } catch {
            throw WebhookFailure(
                message: "The certificate authority \(caFile) cannot be read: \(error)")
        }
        return tls
    }
}
