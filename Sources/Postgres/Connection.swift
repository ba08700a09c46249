import CLibPQ
import Glibc

/// A connection to PostgreSQL for one thread at a time.
///
/// All calls block. When the server goes away a call throws an error whose `isConnectionLost` is
/// true; the owner then drops the connection and makes another.
package final class Connection {
    let handle: OpaquePointer
    private var prepared: Set<String> = []
    /// Notifications that came while something else was read.
    private var pending: [Notification] = []
    /// Whether the library has failed to speak with the server, also where it does not know yet that
    /// the server is gone.
    private var isBroken = false
    private(set) var transactionState = TransactionState.none
    /// How often it was made again.
    package private(set) var reconnections = 0

    enum TransactionState: Hashable {
        case none
        /// The server hears of it with its first statement.
        case announced(PermittedClusters, trace: String)
        case open
    }

    /// What is sent with the end of the transaction.
    private var last: [BoundStatement] = []

    private static let commit = Statement(name: "commit", text: "COMMIT")
    private static let begin = Statement(name: "begin", text: "BEGIN")
    private static let permit = Statement(
        name: "permit",
        text: """
            SELECT set_config('helenus.clusters', $1, true), set_config('helenus.trace', $2, true)
            """)

    /// The statement that lets the rest of its transaction see these clusters.
    ///
    /// - Parameter trace: see `transaction(permitting:trace:_:)`.
    package static func permission(
        for clusters: PermittedClusters, trace: String = ""
    ) -> BoundStatement {
        BoundStatement(permit, [.text(clusters.settingText), .text(trace)])
    }

    /// Connects at once.
    ///
    /// - Parameters:
    ///   - conninfo: a libpq connection string or URL; what it says goes before `settings`.
    ///   - settings: time limits and the like.
    package init(
        conninfo: String, settings: SessionSettings = SessionSettings()
    ) throws(PostgresError) {
        let keywords = settings.keywords + [("dbname", conninfo)]
        let handle = Self.withCStrings(keywords.map(\.name)) { names in
            Self.withCStrings(keywords.map(\.value)) { values in
                PQconnectdbParams(names + [nil], values + [nil], 1)
            }
        }
        guard let handle else {
            throw PostgresError(
                sqlstate: "", message: "no memory for a connection", isConnectionLost: true)
        }
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = Self.sentence(PQerrorMessage(handle))
            PQfinish(handle)
            throw PostgresError(sqlstate: "08001", message: message, isConnectionLost: true)
        }
        self.handle = handle
        // Notices (CREATE … IF NOT EXISTS and the like) are of no use to a service.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
    }

    /// Connects again, with the same settings, to a server that has gone. What this connection
    /// listened to it has to listen to again.
    ///
    /// - Throws: an error with `isConnectionLost`, when the server is not there.
    package func reconnect() throws(PostgresError) {
        prepared = []
        pending = []
        isBroken = false
        transactionState = .none
        reconnections += 1
        PQreset(handle)
        guard isUsable else {
            throw PostgresError(
                sqlstate: "08001", message: Self.sentence(PQerrorMessage(handle)),
                isConnectionLost: true)
        }
    }

    deinit {
        PQfinish(handle)
    }

    /// The socket, to be waited on for notifications.
    package var socket: Int32 { PQsocket(handle) }

    /// Whether the last call found the server there.
    package var isUsable: Bool { !isBroken && PQstatus(handle) == CONNECTION_OK }

    /// Runs a statement, preparing it on the first use.
    @discardableResult
    package func run(_ statement: Statement, _ parameters: Parameter...) throws(PostgresError)
        -> Rows
    {
        try run(statement, parameters)
    }

    /// Runs a statement, preparing it on the first use.
    @discardableResult
    package func run(_ statement: Statement, _ parameters: [Parameter]) throws(PostgresError)
        -> Rows
    {
        if case .announced(let clusters, let trace) = transactionState {
            if prepared.contains(statement.name) {
                return try begin(
                    clusters, trace: trace, first: [BoundStatement(statement, parameters)])[2]
            }
            // What is wrong with its text is an error of the transaction.
            try begin(clusters, trace: trace)
        }
        try prepare(statement)
        let buffer = try ParameterBuffer(parameters, of: statement.name)
        let result = buffer.withPointers { count, values, lengths, formats in
            PQexecPrepared(handle, statement.name, count, values, lengths, formats, 0)
        }
        return try rows(result, of: statement.name)
    }

    /// Runs a statement and hands over its rows one by one, so that no more than one is in memory.
    /// When `body` throws, the server is told to stop.
    package func stream(
        _ statement: Statement, _ parameters: [Parameter], _ body: (Row) throws -> Void
    ) throws {
        if case .announced(let clusters, let trace) = transactionState {
            try begin(clusters, trace: trace)
        }
        try prepare(statement)
        let buffer = try ParameterBuffer(parameters, of: statement.name)
        guard send(statement.name, buffer), PQsetSingleRowMode(handle) == 1 else {
            throw lost(statement.name)
        }
        var failure: (any Error)?
        // Every result must be taken, or the connection stays busy.
        while let result = PQgetResult(handle) {
            do {
                let rows = try rows(result, of: statement.name)
                if failure == nil, rows.count == 1 { try body(rows[0]) }
            } catch {
                if failure == nil { cancel() }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// Runs SQL text that may hold several commands and no parameters: migrations, BEGIN, LISTEN.
    package func runScript(_ text: String) throws(PostgresError) {
        if case .announced(let clusters, let trace) = transactionState {
            try begin(clusters, trace: trace)
        }
        _ = try rows(PQexec(handle, text), of: "script")
    }

    /// Runs `body` in a transaction that may see these clusters; rolls back when it throws.
    ///
    /// A connection that turns out to be gone at the first statement is made again, once: nothing
    /// was done by then.
    ///
    /// - Parameter trace: on whose behalf it is, for logs: jobs that it enqueues keep that. May be
    ///   empty.
    @discardableResult
    package func transaction<Result>(
        permitting clusters: PermittedClusters, trace: String = "",
        _ body: (Connection) throws -> Result
    ) throws -> Result {
        guard transactionState == .none else { throw Self.nested }
        transactionState = .announced(clusters, trace: trace)
        last = []
        do {
            let result = try body(self)
            if transactionState == .open { try commit() }
            transactionState = .none
            return result
        } catch {
            // The first error is the one that matters; a lost connection has rolled back already.
            if isUsable, transactionState == .open { rollBack() }
            transactionState = .none
            throw error
        }
    }

    /// Runs a statement of the transaction whose answer nobody waits for, after all others: in one
    /// message with the end of the transaction, which fails where it does.
    package func runAtCommit(
        _ statement: Statement, _ parameters: [Parameter]
    ) throws(PostgresError) {
        guard transactionState == .open else {
            // It is the only one so far, and has to begin the transaction.
            try run(statement, parameters)
            return
        }
        try prepare(statement)
        last.append(BoundStatement(statement, parameters))
    }

    /// Begins the transaction that was announced, in one message with its first statement.
    @discardableResult
    private func begin(
        _ clusters: PermittedClusters, trace: String, first: [BoundStatement] = []
    ) throws(PostgresError) -> [Rows] {
        let permission = Self.permission(for: clusters, trace: trace)
        let beginning = [BoundStatement(Self.begin), permission] + first
        transactionState = .open
        do {
            return try pipeline(beginning)
        } catch  where error.isConnectionLost {
            try reconnect()
            transactionState = .open
            return try pipeline(beginning)
        }
    }

    /// The server answers COMMIT with ROLLBACK, and no error, when a statement before has failed.
    private func commit() throws(PostgresError) {
        let answer =
            last.isEmpty
            ? try rows(PQexec(handle, "COMMIT"), of: "commit")
            : try pipeline(last + [BoundStatement(Self.commit)])[last.count]
        transactionState = .none
        guard answer.command == "COMMIT" else {
            throw PostgresError(
                sqlstate: "25P02",
                message: "a statement of the transaction had failed; it was rolled back",
                statement: "commit")
        }
    }

    /// Asks the server to stop what it does for this connection; its answer is then an error.
    private func cancel() {
        guard let request = PQgetCancel(handle) else { return }
        var reason = [CChar](repeating: 0, count: 256)
        // If the request does not get through, the answer is read to its end, that is all.
        _ = PQcancel(request, &reason, Int32(reason.count))
        PQfreeCancel(request)
    }

    /// Notifications that have arrived, waiting for the first up to the given time.
    ///
    /// - Parameter milliseconds: how long to wait; 0 only looks.
    package func notifications(waiting milliseconds: Int32) throws(PostgresError) -> [Notification]
    {
        try takeNotifications()
        if pending.isEmpty, milliseconds > 0 {
            var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            _ = poll(&descriptor, 1, milliseconds)
            try takeNotifications()
        }
        defer { pending = [] }
        return pending
    }

    private func takeNotifications() throws(PostgresError) {
        guard PQconsumeInput(handle) == 1 else { throw lost("notifications") }
        while let notification = PQnotifies(handle) {
            pending.append(
                Notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
    }

    private func rollBack() {
        PQclear(PQexec(handle, "ROLLBACK"))
    }

    /// Prepares a statement, unless this connection has it already.
    package func prepare(_ statement: Statement) throws(PostgresError) {
        guard !prepared.contains(statement.name) else { return }
        _ = try rows(
            PQprepare(handle, statement.name, statement.text, 0, nil), of: statement.name)
        prepared.insert(statement.name)
    }

    func rows(_ result: OpaquePointer?, of statement: String) throws(PostgresError) -> Rows {
        guard let result else { throw lost(statement) }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY:
            return Rows(owning: result)
        default:
            defer { PQclear(result) }
            let sqlstate = Self.sentence(PQresultErrorField(result, Int32(UInt8(ascii: "C"))))
            // An error without a code is the library's own: it could not write, and what a dying
            // server has sent last keeps it from finding the end of the connection.
            if sqlstate.isEmpty { isBroken = true }
            throw PostgresError(
                sqlstate: sqlstate,
                message: Self.sentence(PQresultErrorField(result, Int32(UInt8(ascii: "M"))))
                    .orElse(Self.sentence(PQresultErrorMessage(result))),
                constraint: Self.sentence(PQresultErrorField(result, Int32(UInt8(ascii: "n")))),
                statement: statement,
                isConnectionLost: !isUsable || sqlstate.hasPrefix("57P")
                    || sqlstate.hasPrefix("08"))
        }
    }

    static let nested = PostgresError(
        sqlstate: "25001", message: "a transaction is open already")

    func lost(_ statement: String) -> PostgresError {
        isBroken = true
        return PostgresError(
            sqlstate: "08006", message: Self.sentence(PQerrorMessage(handle)),
            statement: statement, isConnectionLost: true)
    }

    private static func sentence(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "" }
        var sentence = String(cString: text)
        while sentence.hasSuffix("\n") { sentence.removeLast() }
        return sentence
    }

    private static func sentence(_ text: UnsafeMutablePointer<CChar>?) -> String {
        sentence(text.map { UnsafePointer($0) })
    }

    /// Lends NUL-terminated copies of the texts.
    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { $0.map { UnsafePointer($0) } })
    }
}

extension String {
    fileprivate func orElse(_ other: @autoclosure () -> String) -> String {
        isEmpty ? other() : self
    }
}
