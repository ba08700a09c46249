import AsyncHTTPClient
package import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Calls of the service's HTTP API.
package struct ServiceClient: Sendable {
    /// Longer than the service lets a call wait for an agent.
    private static let patience = TimeAmount.seconds(60)
    /// A listing of all backups may be long.
    private static let largestAnswer = 256 << 20

    /// A service that refuses connections does not answer: who called is told so at once.
    private static let connections = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    private let url: String
    private let credentials: Credentials
    /// What stands before every path.
    private var folder: [String] = []

    /// - Parameter url: the service's base, without a slash at its end.
    package init(url: String, credentials: Credentials) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.credentials = credentials
    }

    /// The same for the calls of one cluster.
    package func within(_ cluster: String) -> ServiceClient {
        var client = self
        client.folder = [cluster]
        return client
    }

    /// Calls and answers the body.
    ///
    /// - Parameters:
    ///   - path: its parts, which are encoded here.
    ///   - query: without those whose value is `nil`.
    ///   - document: JSON, as it is sent.
    /// - Throws: `ServiceFailure`.
    package func call(
        _ method: String, _ path: [String], query: [(String, String?)] = [], document: Data? = nil
    ) async throws -> Data {
        var request = HTTPClientRequest(url: Self.target(url, folder + path, query))
        request.method = HTTPMethod(rawValue: method)
        if let header = credentials.header {
            request.headers.add(name: "Authorization", value: header)
        }
        if let document {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: document))
        }
        let (status, answer) = try await answer(to: request)
        guard (200..<300).contains(status) else { throw Self.failure(status, answer) }
        return answer
    }

    /// As above, with a body that is encoded.
    package func call(
        _ method: String, _ path: [String], query: [(String, String?)] = [],
        body: some Encodable
    ) async throws -> Data {
        try await call(method, path, query: query, document: try JSONEncoder().encode(body))
    }

    /// As above, with an answer that is decoded.
    package func call<Answer: Decodable>(
        _ method: String, _ path: [String], query: [(String, String?)] = [],
        as type: Answer.Type
    ) async throws -> Answer {
        try decode(try await call(method, path, query: query), as: type)
    }

    /// As above, with a body that is encoded and an answer that is decoded.
    package func call<Answer: Decodable>(
        _ method: String, _ path: [String], query: [(String, String?)] = [],
        body: some Encodable, as type: Answer.Type
    ) async throws -> Answer {
        try decode(try await call(method, path, query: query, body: body), as: type)
    }

    /// An answer as what it should be.
    ///
    /// - Throws: `ServiceFailure`.
    package func decode<Answer: Decodable>(_ data: Data, as type: Answer.Type) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw ServiceFailure(
                status: 200, type: "",
                message: "the service answered something else: "
                    + String(decoding: data.prefix(200), as: UTF8.self))
        }
    }

    private func answer(to request: HTTPClientRequest) async throws -> (Int, Data) {
        do {
            let response = try await Self.connections.execute(request, timeout: Self.patience)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            return (Int(response.status.code), Data(body.readableBytesView))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ServiceFailure(status: nil, type: "", message: "\(url) does not answer: \(error)")
        }
    }

    /// What the service says of itself, or the bare status where a proxy answered.
    static func failure(_ status: Int, _ answer: Data) -> ServiceFailure {
        struct Document: Decodable {
            var type: String
            var message: String
        }
        do {
            let document = try JSONDecoder().decode(Document.self, from: answer)
            return ServiceFailure(status: status, type: document.type, message: document.message)
        } catch {
            return ServiceFailure(
                status: status, type: "", message: "the service answered with status \(status)")
        }
    }

    static func target(_ url: String, _ path: [String], _ query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in
            value.map { "\(encoded(name))=\(encoded($0))" }
        }
        return url + "/" + path.map(encoded).joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// With everything but letters, digits and `-._~` as `%XX` (RFC 3986).
    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
