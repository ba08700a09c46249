import API
import Logging
import Prefork
import SCGI
import Sealing

/// What a worker does with its connections: SCGI in, an answer out.
struct APIWorker {
    let settings: APIProcessSettings
    let logger: Logger

    /// Serves until it is told to leave.
    func run(slot: Int, master: Int32) throws {
        let worker = try WorkerProcess(
            slot: slot, master: master, settings: settings.worker, logger: logger)
        let slots = try worker.waitingSlots()
        let service = APIService(
            database: DatabaseSession(conninfo: settings.database),
            sealer: try Sealer(keyFile: settings.keyFile), settings: settings.api,
            logger: logger, hasher: HelperHasher(helper: try HelperProcess()),
            counters: worker.counters, workers: { worker.numbers },
            waiting: { cluster, body in
                switch try slots.withSlot(of: cluster, body) {
                case .ended(let response): return response
                case .allTaken: return nil
                case .shareTaken: throw APIError.shareOfWaiting
                }
            })
        if slot == 0 { noteMissingAccounts(service) }
        let limits = RequestLimits(bodyBytes: settings.bodyLimit)
        try worker.run { connection, buffer in
            var parser = RequestParser(limits: limits)
            do {
                while true {
                    let count = try connection.read(into: buffer)
                    guard count > 0 else { return try parser.finish() }
                    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                    guard let request = try parser.consume(bytes) else { continue }
                    return try service.answer(request, beat: connection.beat) {
                        try connection.write($0)
                    }
                }
            } catch let error as RequestError {
                try service.respond(to: error).send { try connection.write($0) }
            }
        }
    }

    /// A database that is away now is no reason not to serve later.
    private func noteMissingAccounts(_ service: APIService) {
        do {
            try service.authenticator.noteMissingAccounts()
        } catch {
            logger.warning("whether there are users is not known: \(error)")
        }
    }
}
