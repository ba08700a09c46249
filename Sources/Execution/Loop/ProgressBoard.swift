package import AgentProtocol
package import BackupModel
import FoundationEssentials
package import Logging
package import Postgres
import Statements

/// What a request shows of each node while it runs; written about once a second.
package actor ProgressBoard {
    private let pool: ConnectionPool
    private let clusterID: String
    private let requestID: String
    private let logger: Logger
    private var operations: [String: [String: [String: [String: TableProgress]]]] = [:]
    /// By node and moment.
    private var scripts: [String: [String: Script]] = [:]
    private var written: [String: ContinuousClock.Instant] = [:]
    private var rates: [String: TransferRate] = [:]
    /// Bytes that all operations on a node are to move, where that was told.
    private var work: [String: Int64] = [:]
    private let started = Int64(Date().timeIntervalSince1970)

    package init(pool: ConnectionPool, clusterID: String, requestID: String, logger: Logger) {
        self.pool = pool
        self.clusterID = clusterID
        self.requestID = requestID
        self.logger = logger
    }

    /// A node's member of `details.subrequests`.
    private struct Document: Encodable {
        var id: String
        var state: String
        var started: Int64
        var finished: Int64?
        var cluster_id: String?
        var details: Details

        enum CodingKeys: CodingKey {
            case id, state, started, finished, cluster_id, details
        }

        /// With the nulls that the original has.
        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encode(id, forKey: .id)
            try members.encode(state, forKey: .state)
            try members.encode(started, forKey: .started)
            try members.encode(finished, forKey: .finished)
            try members.encode(cluster_id, forKey: .cluster_id)
            try members.encode(details, forKey: .details)
        }

        struct Details: Encodable {
            var metadata = Metadata()
            var sstables: [String: [String: TableProgress]]
            var scripts: [String: Script]?
            /// Bytes per second in this stage.
            var rate: Int64?
            /// Seconds since 1970 at which the node is done with all stages, at that rate.
            var eta: Int64?
        }

        struct Metadata: Encodable {
            var created = false
            var errors: [String] = []
        }
    }

    /// What a script said, as a node's details show it under the moment's name.
    private struct Script: Encodable {
        var name: String
        var ending: String
        var output: String
    }

    /// Notes how a script on a node ended, and what it said.
    package func note(
        _ script: ScriptName, _ moment: RunScript.Moment, _ result: RunScript.Result, node: String
    ) async {
        scripts[node, default: [:]][moment.rawValue] = Script(
            name: script.text, ending: result.ending, output: result.output)
        await write(node, state: .running, error: nil)
    }

    /// Tells, at the beginning of a stage, how much is still to be moved on a node, in this stage and
    /// in later ones. How fast it goes is counted anew.
    package func expect(node: String, bytes: Int64) {
        let done = done(node)
        work[node] = done + bytes
        rates[node] = TransferRate(at: Date().timeIntervalSince1970, done: done)
    }

    /// Notes how far an operation on a node has come.
    package func update(
        node: String, operation: String, _ tables: [String: [String: TableProgress]]
    ) async {
        operations[node, default: [:]][operation] = tables
        if let last = written[node], ContinuousClock.now - last < .seconds(1) { return }
        await write(node, state: .running, error: nil)
    }

    /// Writes how a node's part ended.
    package func end(node: String, _ outcome: Outcome, error: String?) async {
        await write(node, state: outcome, error: error)
    }

    private func write(_ node: String, state: Outcome, error: String?) async {
        guard !requestID.isEmpty else { return }
        written[node] = ContinuousClock.now
        var sums: [String: [String: TableProgress]] = [:]
        for tables in (operations[node] ?? [:]).values {
            for (keyspace, tables) in tables {
                for (table, progress) in tables {
                    var sum = sums[keyspace]?[table] ?? TableProgress()
                    sum.doneFiles += progress.doneFiles
                    sum.totalFiles += progress.totalFiles
                    sum.doneSize += progress.doneSize
                    sum.totalSize += progress.totalSize
                    sum.errors += progress.errors
                    sums[keyspace, default: [:]][table] = sum
                }
            }
        }
        let estimate = estimate(node)
        let finished = state.isTerminal ? Int64(Date().timeIntervalSince1970) : nil
        let document = Document(
            id: "\(requestID):\(node)", state: state.rawValue, started: started,
            finished: finished, cluster_id: nil,
            details: .init(
                metadata: .init(created: state == .success, errors: error.map { [$0] } ?? []),
                sstables: sums, scripts: scripts[node], rate: estimate.rate,
                eta: state.isTerminal ? nil : estimate.end))
        do {
            let json = String(decoding: try JSONEncoder().encode(document), as: UTF8.self)
            let (cluster, request) = (clusterID, requestID)
            try await pool.transaction(permitting: .only(cluster)) { connection in
                _ = try connection.run(
                    ExecutionStatement.putProgress, .text(cluster), .text(request), .text(node),
                    .text(json))
            }
        } catch {
            // Progress is for people to look at; the run goes on without it.
            logger.warning("cannot write progress: \(error)")
        }
    }

    private func done(_ node: String) -> Int64 {
        progress(of: node).reduce(0) { $0 + $1.doneSize }
    }

    private func progress(of node: String) -> [TableProgress] {
        (operations[node] ?? [:]).values.flatMap(\.values).flatMap(\.values)
    }

    private func estimate(_ node: String) -> (rate: Int64?, end: Int64?) {
        let done = done(node)
        let now = Date().timeIntervalSince1970
        guard let rate = rates[node] else {
            rates[node] = TransferRate(at: now, done: done)
            return (nil, nil)
        }
        let named = progress(of: node).reduce(0) { $0 + $1.totalSize }
        return rate.estimate(at: now, done: done, total: max(named, work[node] ?? 0))
    }
}
