package import AgentProtocol
import FoundationEssentials
package import Hummingbird
package import Logging
import NIOCore

/// The agent's HTTP service. Whoever calls has an executor's certificate, where TLS is on, and shows
/// the executor's secret.
package struct AgentService: Sendable {
    private let table: OperationTable
    private let secret: String
    private let report: @Sendable () async throws -> NodeReport

    package init(
        table: OperationTable, secret: String,
        report: @escaping @Sendable () async throws -> NodeReport
    ) {
        self.table = table
        self.secret = secret
        self.report = report
    }

    /// The server, not yet running.
    ///
    /// - Parameter certificate: `nil` for a server without TLS.
    package func application(
        host: String, port: Int, certificate: ServedCertificate?, logger: Logger
    ) -> some ApplicationProtocol {
        let router = Router()
        router.get("/v1/health") { _, _ in "ok" }
        router.group("/v1")
            .add(middleware: BearerCheck(secret: secret))
            .get("node") { _, _ in try json(await report()) }
            .put("operations/{id}") { request, context in
                try await put(
                    id: operationID(context), request.body.collect(upTo: 16 << 20))
            }
            .get("operations/{id}") { request, context in
                let since = request.uri.queryParameters.get("since", as: Int64.self) ?? 0
                let wait = request.uri.queryParameters.get("wait", as: Double.self) ?? 0
                return try answer(
                    await table.status(id: operationID(context), since: since, wait: wait))
            }
            .delete("operations/{id}") { _, context in
                try answer(await table.cancel(id: operationID(context)))
            }
        return Application(
            router: router, server: .agent(certificate),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger)
    }

    /// All operations that an agent performs.
    private func put(id: String, _ body: ByteBuffer) async throws -> Response {
        struct Head: Decodable {
            var kind: OperationKind
        }
        let data = Data(body.readableBytesView)
        do {
            switch try JSONDecoder().decode(Head.self, from: data).kind {
            case .runScript: return try await start(RunScript.self, id, data)
            case .takeSnapshot: return try await start(TakeSnapshot.self, id, data)
            case .captureSnapshot: return try await start(CaptureSnapshot.self, id, data)
            case .clearSnapshot: return try await start(ClearSnapshot.self, id, data)
            case .upload: return try await start(Upload.self, id, data)
            case .deleteBackup: return try await start(DeleteBackup.self, id, data)
            case .verifyBackup: return try await start(VerifyBackup.self, id, data)
            case .listBackups: return try await start(ListBackups.self, id, data)
            case .describeBackups: return try await start(DescribeBackups.self, id, data)
            case .describeGraphs: return try await start(DescribeGraphs.self, id, data)
            case .validateDestination: return try await start(ValidateDestination.self, id, data)
            case .inspectRestore: return try await start(InspectRestore.self, id, data)
            case .applySchema: return try await start(ApplySchema.self, id, data)
            case .stage: return try await start(Stage.self, id, data)
            case .truncate: return try await start(Truncate.self, id, data)
            case .load: return try await start(Load.self, id, data)
            case .loadInPlace: return try await start(LoadInPlace.self, id, data)
            case .restartNode: return try await start(RestartNode.self, id, data)
            case .awaitRing: return try await start(AwaitRing.self, id, data)
            case .configureArchive: return try await start(ConfigureArchive.self, id, data)
            case .listSegments: return try await start(ListSegments.self, id, data)
            case .deleteSegments: return try await start(DeleteSegments.self, id, data)
            case .inspectReplay: return try await start(InspectReplay.self, id, data)
            case .fetchSegments: return try await start(FetchSegments.self, id, data)
            case .placeForReplay: return try await start(PlaceForReplay.self, id, data)
            case .startReplay: return try await start(StartReplay.self, id, data)
            case .countRows: return try await start(CountRows.self, id, data)
            case .dropDrill: return try await start(DropDrill.self, id, data)
            case .forgetLoaded: return try await start(ForgetLoaded.self, id, data)
            case .listLoaded: return try await start(ListLoaded.self, id, data)
            case .clearStaging: return try await start(ClearStaging.self, id, data)
            }
        } catch let error as DecodingError {
            throw HTTPError(.badRequest, message: "\(error)")
        } catch let failure as OperationFailure where failure.code == .conflict {
            throw HTTPError(.conflict, message: failure.message)
        }
    }

    private func start<Operation: PerformableOperation>(
        _: Operation.Type, _ id: String, _ data: Data
    ) async throws -> Response {
        let order = try JSONDecoder().decode(OperationOrder<Operation>.self, from: data)
        return try answer(await table.start(id: id, order))
    }

    private func operationID(_ context: some RequestContext) throws -> String {
        let id = try context.parameters.require("id")
        guard (1...200).contains(id.utf8.count),
            id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.:".contains($0)) })
        else { throw HTTPError(.badRequest, message: "'\(id)' is no operation id.") }
        return id
    }

    private func answer(_ status: OperationTable.Status?) throws -> Response {
        guard let status else { throw HTTPError(.notFound, message: "No such operation.") }
        return try json(status)
    }

    private func json(_ value: some Encodable) throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}

/// Refuses whoever does not show the secret, in the same time whatever is shown.
private struct BearerCheck<Context: RequestContext>: RouterMiddleware {
    let secret: String

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let shown = Array((request.headers[.authorization] ?? "").utf8)
        let expected = Array("Bearer \(secret)".utf8)
        var difference = shown.count ^ expected.count
        for index in expected.indices {
            difference |= Int(expected[index] ^ (index < shown.count ? shown[index] : 0))
        }
        guard difference == 0 else { throw HTTPError(.unauthorized) }
        return try await next(request, context)
    }
}
