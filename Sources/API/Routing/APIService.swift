package import Logging
package import Passwords
import Postgres
package import SCGI
package import Sealing

/// Answers requests, one at a time: what a worker serves.
package final class APIService {
    package let database: DatabaseSession
    package let sealer: Sealer
    package let settings: APISettings
    package let authenticator: Authenticator
    package let hasher: any PasswordHasher
    private let limiter: RequestLimiter
    let pages: PageCache
    let logger: Logger
    private let routes: [Route]
    /// By the number of a path's segments, the places of the routes that have as many.
    private let candidates: [Int: [Int]]
    private let door: ErrorDoor
    /// Runs a body that waits, for a cluster or for nobody in particular; answers `nil` because
    /// enough workers wait already, and throws ``APIError/shareOfWaiting`` where that cluster's do.
    package let waiting: (_ cluster: String?, () throws -> Response) throws -> Response?
    let meter: RequestMeter
    /// The workers of this service; `nil` where it is no pre-forked one.
    let workers: (() -> WorkerNumbers)?

    package init(
        database: DatabaseSession, sealer: Sealer, settings: APISettings, logger: Logger,
        hasher: any PasswordHasher, routes: [Route] = Routes.all,
        counters: any SharedCounters = OwnCounters(), workers: (() -> WorkerNumbers)? = nil,
        waiting: @escaping (_ cluster: String?, () throws -> Response) throws -> Response?
    ) {
        self.database = database
        self.sealer = sealer
        self.settings = settings
        self.hasher = hasher
        self.routes = routes
        candidates = Dictionary(grouping: routes.indices) { routes[$0].pattern.count }
        self.waiting = waiting
        self.workers = workers
        meter = RequestMeter(routes: routes, counters: counters)
        self.logger = logger
        door = ErrorDoor(logger: logger)
        authenticator = Authenticator(
            database: database, isOn: settings.authenticates, logger: logger, hasher: hasher,
            waiting: { try waiting(nil, $0) })
        limiter = RequestLimiter(database: database, standard: settings.requestsPerMinute)
        pages = PageCache(limit: settings.pageCacheBytes)
    }

    /// Answers a request with the function given. What goes wrong before the first byte is
    /// answered as an error; afterwards the answer is broken off.
    ///
    /// - Throws: what `write` threw, or what went wrong in the middle of the body.
    package func answer(
        _ request: Request, beat: @escaping () -> Void = {}, write: ([UInt8]) throws -> Void
    ) throws {
        let began = ContinuousClock.now
        var matched: Int?
        var status = 500
        defer { meter.note(route: matched, status: status, took: ContinuousClock.now - began) }
        var hasBegun = false
        do {
            let response = respond(to: request, beat: beat, matched: &matched)
            status = response.status
            try response.send { bytes in
                hasBegun = true
                try write(bytes)
            }
        } catch  where !hasBegun {
            let response = door.response(to: error, trace: request.requestID)
            status = response.status
            try identified(response, request).send(write)
        }
    }

    /// The answer to a request, whatever happens.
    package func respond(to request: Request, beat: @escaping () -> Void = {}) -> Response {
        var matched: Int?
        return respond(to: request, beat: beat, matched: &matched)
    }

    private func respond(
        to request: Request, beat: @escaping () -> Void, matched: inout Int?
    ) -> Response {
        database.trace = request.requestID
        var response: Response
        do {
            response = try route(request, beat: beat, matched: &matched)
        } catch {
            response = door.response(to: error, trace: request.requestID)
        }
        if request.method == "HEAD" { response.body = .bytes([]) }
        return identified(response, request)
    }

    /// The answer to a request that could not be read.
    package func respond(to error: any Error) -> Response {
        door.response(to: error, trace: "")
    }

    private func identified(_ response: Response, _ request: Request) -> Response {
        guard !request.requestID.isEmpty else { return response }
        var response = response
        response.headers.append(("X-Request-ID", request.requestID))
        return response
    }

    private func route(
        _ request: Request, beat: @escaping () -> Void, matched: inout Int?
    ) throws -> Response {
        let method = request.method == "HEAD" ? "GET" : request.method
        var allowed: [String] = []
        for index in candidates[request.path.count] ?? [] {
            guard let arguments = routes[index].match(request.path) else { continue }
            let route = routes[index]
            guard route.method == method else {
                allowed.append(route.method)
                continue
            }
            matched = index
            return try answer(request, by: route, arguments, beat: beat)
        }
        guard !allowed.isEmpty else {
            throw APIError(
                status: 404, type: "ResourceNotFound",
                message: "There is no resource \(request.rawPath).")
        }
        throw APIError(
            status: 405, type: "MethodNotAllowed",
            message: "\(request.rawPath) has no method \(request.method).",
            allow: Set(allowed).sorted())
    }

    private func answer(
        _ request: Request, by route: Route, _ arguments: [String: String],
        beat: @escaping () -> Void
    ) throws -> Response {
        var handle = route.handle
        do {
            if let response = try changeAtOnce(request, by: route, arguments, beat: beat) {
                return response
            }
        } catch {
            // It may be made, or is: who calls is told that, and it is not made again.
            handle = { _ in throw error }
        }
        let cluster = arguments["cluster"]
        let read = read(request, by: route, of: cluster)
        let page = read.flatMap { read in cluster.flatMap { pages.page(read.query, of: $0) } }
        let (caller, rows) = try authenticator.caller(
            of: request, least: route.least, cluster: cluster, reading: page?.check ?? read?.query)
        if route.least.isCounted { try limiter.admit(caller) }
        let call = Call(
            request: request, arguments: arguments, caller: caller, service: self, beat: beat)
        return answer(call, by: route) { call in
            guard let read, let rows else { return try handle(call) }
            return try call.answer(read, or: page, having: rows)
        }
    }

    /// Makes the change that the request is in the message that confirms who calls. `nil` where nothing was
    /// done: it has to be asked first who calls, and what is wrong is told then.
    ///
    /// - Throws: what went wrong when the change was made already, or may be.
    private func changeAtOnce(
        _ request: Request, by route: Route, _ arguments: [String: String],
        beat: @escaping () -> Void
    ) throws -> Response? {
        guard let change = route.change, let cluster = arguments["cluster"],
            limiter.isOpen(cluster),
            let remembered = authenticator.remembered(request, cluster: cluster)
        else { return nil }
        let caller = remembered.caller
        guard caller.identity.may(route.least, on: cluster) else { return nil }
        let call = Call(
            request: request, arguments: arguments, caller: caller, service: self, beat: beat)
        let made: ClusterChange
        let rows: Rows
        do {
            made = try change(request, settings)
            rows = try call.make(made, confirming: remembered)
        } catch let error as PostgresError where error.isConnectionLost {
            throw error
        } catch {
            return nil
        }
        limiter.count(cluster)
        return try made.answer(rows)
    }

    /// What answers the request in the message that asks who calls. Not for a cluster whose calls are
    /// used up; and what is wrong with the request is told to nobody who may not ask.
    private func read(_ request: Request, by route: Route, of cluster: String?) -> ClusterRead? {
        guard let read = route.read, let cluster, !limiter.isUsedUp(cluster) else { return nil }
        do { return try read(request) } catch { return nil }
    }

    /// The answer to somebody who is known, noted where the call was to change something.
    private func answer(
        _ call: Call, by route: Route, with handle: (Call) throws -> Response
    ) -> Response {
        var response: Response
        do {
            try call.authorize(route.least)
            response = try handle(call)
        } catch {
            response = door.response(to: error, trace: call.request.requestID)
        }
        do {
            try call.endAudit(status: response.status)
        } catch {
            logger.error(
                "the audit log lacks a line: \(error)",
                metadata: ["trace": "\(call.request.requestID)"])
        }
        return response
    }
}
