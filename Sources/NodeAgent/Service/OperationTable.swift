package import AgentProtocol
import BackupModel
import Destinations
import FoundationEssentials
import GRDB
package import Logging

/// The agent's operations: each runs once under its id, and none is forgotten.
package actor OperationTable {
    package typealias Status = OperationStatus<JSONFragment>

    private struct Entry {
        var status: Status
        var fence: Fence
        var task: Task<Void, Never>?
    }

    private let context: AgentContext
    private let logger: Logger
    private var entries: [String: Entry] = [:]
    private var waiters: [Int: (id: String, resume: CheckedContinuation<Void, Never>)] = [:]
    private var nextWaiter = 0

    /// Recalls the operations of an earlier life. What ran then was interrupted.
    package init(context: AgentContext, logger: Logger) throws {
        self.context = context
        self.logger = logger
        let records = try context.database.write { database in
            for var record in try OperationRecord.fetchAll(database)
            where record.state == OperationState.running.rawValue {
                record.state = OperationState.failed.rawValue
                record.finished = record.started
                record.failure = String(
                    decoding: try JSONEncoder().encode(
                        OperationFailure(
                            code: .interrupted, object: record.id,
                            message: "The agent was restarted.")), as: UTF8.self)
                try record.update(database)
            }
            return try OperationRecord.fetchAll(database)
        }
        for record in records {
            guard let kind = OperationKind(rawValue: record.kind),
                let state = OperationState(rawValue: record.state)
            else { continue }
            entries[record.id] = Entry(
                status: Status(
                    id: record.id, kind: kind, state: state, revision: 1, started: record.started,
                    finished: record.finished, progress: [:],
                    result: try record.result.map {
                        try JSONDecoder().decode(JSONFragment.self, from: Data($0.utf8))
                    },
                    failure: try record.failure.map {
                        try JSONDecoder().decode(OperationFailure.self, from: Data($0.utf8))
                    }),
                fence: Fence(jobID: record.jobID, epoch: record.epoch), task: nil)
        }
    }

    /// Starts an operation, or answers how the one of this id stands.
    ///
    /// - Throws: `OperationFailure` of code `conflict` for an order of an older epoch.
    package func start<Operation: PerformableOperation>(
        id: String, _ order: OperationOrder<Operation>
    ) throws -> Status {
        try admit(order.fence)
        if var entry = entries[id], entry.status.kind == Operation.kind {
            entry.fence = order.fence
            entries[id] = entry
            let mayRunAgain =
                entry.status.state == .cancelled || entry.status.failure?.code.mayPass == true
            guard mayRunAgain else { return entry.status }
        }
        let status = Status(
            id: id, kind: Operation.kind, state: .running,
            revision: (entries[id]?.status.revision ?? 0) + 1, started: Self.now(), finished: nil,
            progress: [:], result: nil, failure: nil)
        var entry = Entry(status: status, fence: order.fence, task: nil)
        try save(entry)
        entry.task = Task { await run(id: id, order) }
        entries[id] = entry
        changed(id)
        return status
    }

    /// How an operation stands, as soon as its revision is higher than `since` or after a while.
    package func status(id: String, since: Int64, wait seconds: Double) async -> Status? {
        guard let entry = entries[id] else { return nil }
        if entry.status.revision <= since, seconds > 0, !entry.status.state.isTerminal {
            await waitForChange(id, seconds: min(seconds, 30))
        }
        return entries[id]?.status
    }

    /// Calls an operation off; it ends when its current step has.
    package func cancel(id: String) -> Status? {
        entries[id]?.task?.cancel()
        return entries[id]?.status
    }

    private func admit(_ fence: Fence) throws {
        let newest = entries.values.filter { $0.fence.jobID == fence.jobID }.map(\.fence.epoch)
            .max()
        if let newest, fence.epoch < newest {
            throw OperationFailure(
                code: .conflict, object: fence.jobID,
                message: "Epoch \(fence.epoch) of job \(fence.jobID) is over; it is at \(newest).")
        }
    }

    private func run<Operation: PerformableOperation>(
        id: String, _ order: OperationOrder<Operation>
    ) async {
        var log = logger
        log[metadataKey: "request"] = "\(order.requestID)"
        if let trace = order.trace { log[metadataKey: "trace"] = "\(trace)" }
        log.info("begin \(Operation.kind.rawValue)", metadata: ["operation": "\(id)"])
        let progress = OperationProgress { tables in await self.progressed(id, tables) }
        do {
            let result = try await order.parameters.perform(in: context, progress: progress)
            await progress.end()
            let fragment = try JSONDecoder().decode(
                JSONFragment.self, from: JSONEncoder().encode(result))
            finish(id, .succeeded, result: fragment, failure: nil)
            log.info("done \(Operation.kind.rawValue)", metadata: ["operation": "\(id)"])
        } catch is CancellationError {
            finish(id, .cancelled, result: nil, failure: nil)
        } catch {
            let failure = Self.failure(error)
            finish(id, .failed, result: nil, failure: failure)
            log.warning(
                "failed \(Operation.kind.rawValue)",
                metadata: ["operation": "\(id)", "reason": "\(failure.message)"])
        }
    }

    private static func failure(_ error: any Error) -> OperationFailure {
        switch error {
        case let error as any CassandraFailure:
            return error.failure
        case let failure as OperationFailure:
            return failure
        case let error as DestinationError:
            let code: OperationFailure.Code =
                switch error.code {
                case .notThere: .notFound
                case .denied: .denied
                case .noSpace: .noSpace
                case .wrongHash: .corrupt
                case .unreachable, .throttled: .unreachable
                case .nested, .outsideRoots, .invalidName, .unsupported, .misconfigured: .invalid
                }
            return OperationFailure(code: code, object: error.object, message: error.message)
        default:
            return OperationFailure(code: .internalError, object: "", message: "\(error)")
        }
    }

    private func progressed(_ id: String, _ tables: [String: [String: TableProgress]]) {
        guard entries[id]?.status.state == .running else { return }
        entries[id]?.status.progress = tables
        entries[id]?.status.revision += 1
        changed(id)
    }

    private func finish(
        _ id: String, _ state: OperationState, result: JSONFragment?, failure: OperationFailure?
    ) {
        guard var entry = entries[id] else { return }
        entry.status.state = state
        entry.status.finished = Self.now()
        entry.status.result = result
        entry.status.failure = failure
        entry.status.revision += 1
        entry.task = nil
        do {
            try save(entry)
        } catch {
            // Not remembered means not done: after a restart it would be run again.
            logger.error("cannot save operation \(id): \(error)")
        }
        entries[id] = entry
        changed(id)
    }

    private func save(_ entry: Entry) throws {
        let encoder = JSONEncoder()
        let record = OperationRecord(
            id: entry.status.id, kind: entry.status.kind.rawValue, jobID: entry.fence.jobID,
            epoch: entry.fence.epoch, state: entry.status.state.rawValue,
            started: entry.status.started, finished: entry.status.finished,
            result: try entry.status.result.map {
                String(decoding: try encoder.encode($0), as: UTF8.self)
            },
            failure: try entry.status.failure.map {
                String(decoding: try encoder.encode($0), as: UTF8.self)
            })
        let longAgo = Self.now() - 7 * 86_400
        try context.database.write { database in
            try record.save(database)
            try OperationRecord.filter(Column("finished") < longAgo).deleteAll(database)
        }
        for (id, old) in entries where (old.status.finished ?? .max) < longAgo {
            entries[id] = nil
        }
    }

    private func waitForChange(_ id: String, seconds: Double) async {
        let number = nextWaiter
        nextWaiter += 1
        let timer = Task {
            try await Task.sleep(for: .seconds(seconds))
            await self.wake(number)
        }
        await withCheckedContinuation { waiters[number] = (id, $0) }
        timer.cancel()
    }

    private func wake(_ number: Int) async {
        waiters.removeValue(forKey: number)?.resume.resume()
    }

    private func changed(_ id: String) {
        for (number, waiter) in waiters where waiter.id == id {
            waiters[number] = nil
            waiter.resume.resume()
        }
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }
}
