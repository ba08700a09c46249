import BackupModel
import Destinations
import Foundation

/// A container of a test's own on the test endpoint, and what that knows of it.
struct AzureContainer: Sendable {
    let name = "test-" + UUID().uuidString.lowercased()
    let server: AzureServer

    /// An answer that the endpoint is to give in the place of its own.
    struct Fault: Encodable {
        var method: HTTPRequest.Method
        /// The query's `comp`: `block`, `blocklist`, `list`, `batch`; `-` for none; `part` for a
        /// deletion in a batch.
        var comp: String
        /// So many requests pass before it.
        var skip = 0
        var times = 1
        /// 0: the connection is closed.
        var status: Int
        var code = "TestFault"

        enum CodingKeys: CodingKey { case method, comp, skip, times, status, code }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(method.rawValue, forKey: .method)
            try fields.encode(comp, forKey: .comp)
            try fields.encode(skip, forKey: .skip)
            try fields.encode(times, forKey: .times)
            try fields.encode(status, forKey: .status)
            try fields.encode(code, forKey: .code)
        }
    }

    /// Makes the container: drivers never do.
    init() async throws {
        server = try AzureServer.shared.get()
        let path = "/\(AzureServer.account)/\(name)"
        let key = try SharedKey(account: AzureServer.account, key: AzureServer.key)
        let fields = key.signed(
            .put, path: path, query: ["restype": "container"],
            fields: ["x-ms-version": "2021-12-02"], size: 0, at: Date())
        _ = try await answer(.put, "\(path)?restype=container", fields: fields)
    }

    func location(
        key: String = AzureServer.key, container: String? = nil, subfolder: String = ""
    ) -> AzureLocation {
        AzureLocation(
            account: AzureServer.account, key: key, container: container ?? name,
            subfolder: subfolder, endpoint: server.url, throttle: 0)
    }

    /// The driver for this container.
    func destination(
        subfolder: String = "", settings: AzureSettings = AzureSettings(),
        transport: (any HTTPTransport)? = nil
    ) throws -> AzureDestination {
        try AzureDestination(
            location(subfolder: subfolder), transport: transport ?? server.session,
            settings: settings)
    }

    /// The requests so far, such as `PUT block 201`; `-` for no `comp`.
    func requests() async throws -> [String] {
        let answer = try await answer(.get, "/-/requests/\(name)")
        return try JSONDecoder().decode([String].self, from: Data(answer))
    }

    func fail(_ fault: Fault) async throws {
        _ = try await answer(
            .put, "/-/faults/\(name)", body: .bytes(Array(try JSONEncoder().encode(fault))))
    }

    private func answer(
        _ method: HTTPRequest.Method, _ target: String, fields: HTTPFields = [:],
        body: HTTPRequest.Body = .none
    ) async throws -> [UInt8] {
        let response = try await server.session.send(
            HTTPRequest(method, server.origin + target, fields: fields, body: body, about: name))
        let bytes = try await response.body.collect(upTo: 1 << 20, of: name)
        guard response.isSuccess else {
            throw AzureServer.Failure(description: String(decoding: bytes, as: UTF8.self))
        }
        return bytes
    }
}
