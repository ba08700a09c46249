import CLibPQ

// Whole transactions in one message to the server and one back, where `transaction` takes two of each
// at least: what is sent up to a sync is one transaction.
extension Connection {
    private static let permitToRead = Statement(
        name: "permit_to_read",
        text: """
            SELECT set_config('transaction_read_only', 'on', true),
                set_config('helenus.clusters', $1, true)
            """)

    /// Runs statements in a transaction that may see these clusters; answers the rows of each.
    ///
    /// A connection that the server has closed meanwhile is made again first; one that is lost after
    /// that may have committed.
    ///
    /// - Throws: what the first that failed said, or the commit; nothing was done then.
    package func runAtOnce(
        _ statements: [BoundStatement], permitting clusters: PermittedClusters
    ) throws(PostgresError) -> [Rows] {
        try runAtOnce(statements, permittedBy: Self.permission(for: clusters))
    }

    /// As `runAtOnce(_:permitting:)`, with a statement before the others that says what they may see.
    package func runAtOnce(
        _ statements: [BoundStatement], permittedBy permission: BoundStatement
    ) throws(PostgresError) -> [Rows] {
        guard transactionState == .none else { throw Self.nested }
        // What a dying server has to say comes before the end, which is found at the second look.
        let isThere = PQconsumeInput(handle) == 1 && PQconsumeInput(handle) == 1
        if !isThere || !isUsable { try reconnect() }
        return Array(try pipeline([permission] + statements).dropFirst())
    }

    /// Runs one statement in a transaction that may see these clusters and changes nothing.
    ///
    /// A connection that turns out to be gone is made again, once.
    package func read(
        _ statement: Statement, _ parameters: [Parameter], permitting clusters: PermittedClusters
    ) throws(PostgresError) -> Rows {
        try readAtOnce([
            BoundStatement(Self.permitToRead, [.text(clusters.settingText)]),
            BoundStatement(statement, parameters),
        ])[1]
    }

    /// Runs statements in a transaction, of which the first says what the others may see and that they
    /// change nothing; answers the rows of each.
    ///
    /// A connection that turns out to be gone is made again, once.
    package func readAtOnce(_ statements: [BoundStatement]) throws(PostgresError) -> [Rows] {
        guard transactionState == .none else { throw Self.nested }
        do {
            return try pipeline(statements)
        } catch  where error.isConnectionLost {
            try reconnect()
            return try pipeline(statements)
        }
    }

    /// Sends statements in one message, and takes all their answers.
    ///
    /// - Throws: what the first that failed said, those after it were not run; or why the server could
    ///   not commit.
    func pipeline(_ statements: [BoundStatement]) throws(PostgresError) -> [Rows] {
        var buffers: [ParameterBuffer] = []
        for bound in statements {
            try prepare(bound.statement)
            buffers.append(try ParameterBuffer(bound.parameters, of: bound.statement.name))
        }
        let names = statements.map(\.statement.name)
        var isSent = PQenterPipelineMode(handle) == 1
        for (name, buffer) in zip(names, buffers) { isSent = isSent && send(name, buffer) }
        guard isSent, PQpipelineSync(handle) == 1 else { throw lost(names[0]) }
        let results = names.map { _ in takeResult() }
        let refusal = takeSync()
        let isOver = PQexitPipelineMode(handle) == 1
        var answers: [Rows] = []
        var failure: PostgresError?
        for (name, result) in zip(names + ["commit"], results + (refusal.map { [$0] } ?? [])) {
            guard failure == nil else {
                PQclear(result)
                continue
            }
            do throws(PostgresError) {
                answers.append(try rows(result, of: name))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard isOver else { throw lost(names[0]) }
        return answers
    }

    func send(_ name: String, _ buffer: ParameterBuffer) -> Bool {
        buffer.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(handle, name, count, values, lengths, formats, 0) == 1
        }
    }

    /// The result of the next statement in a pipeline, and the NULL that ends it.
    private func takeResult() -> OpaquePointer? {
        guard let result = PQgetResult(handle) else { return nil }
        PQclear(PQgetResult(handle))
        return result
    }

    /// Takes the sync; answers what the server said before it, if it could not commit.
    private func takeSync() -> OpaquePointer? {
        var refusal: OpaquePointer?
        // A refusal may be followed by the NULL that ends it, a lost connection by nothing else.
        var ends = 0
        while ends < 2 {
            guard let result = PQgetResult(handle) else {
                ends += 1
                continue
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                return refusal
            }
            PQclear(refusal)
            refusal = result
        }
        return refusal
    }
}
