/// What cqlsh answered to one statement, to be judged: pure, from exit status and both texts.
package struct CQLReply: Sendable, Hashable {
    package var statement: String
    package var output: ToolOutput

    package init(statement: String, output: ToolOutput) {
        self.statement = statement
        self.output = output
    }

    /// The text that was printed, where the statement was done: exit status 0 and no error line.
    package func text() throws(CQLError) -> String {
        guard output.exit.isZero, errorLine == nil else { throw error }
        return output.output.text
    }

    /// Names that `DESCRIBE KEYSPACES` or `DESCRIBE TABLES` printed.
    package func names() throws(CQLError) -> [String] {
        try text().words.map { CQLIdentifier.name(of: $0) }.sorted()
    }

    var error: CQLError {
        let sentence = sentence ?? "\(output.exit) without a word"
        let words = statement.words.prefix(4).joined(separator: " ")
        return CQLError(code: Self.code(of: sentence), statement: words, sentence: sentence)
    }

    /// An error that cqlsh prints and does not always mean with its exit status.
    private var errorLine: Substring? {
        output.errorLines.first { $0.hasPrefix("<stdin>:") || $0.hasPrefix("Connection error:") }
    }

    private var sentence: String? {
        let noise = ["Warning", "Traceback", "  File ", "    "]
        guard
            let line = errorLine
                ?? output.errorLines.first(where: { line in !noise.contains { line.hasPrefix($0) } }
                )
                ?? output.outputLines.first
        else { return nil }
        guard line.hasPrefix("<stdin>:") else { return line.trimmed }
        // `<stdin>:1:InvalidRequest: Error from server: …`
        return line.split(separator: ":", maxSplits: 2).last?.trimmed
    }

    private static func code(of sentence: String) -> CQLError.Code {
        func has(_ parts: String...) -> Bool { parts.contains { sentence.contains($0) } }
        if has("AuthenticationFailed", "Bad credentials", "code=0100", "requires authentication") {
            return .authentication
        }
        if has("code=2100", "Unauthorized") { return .unauthorized }
        if has("code=1000", "Cannot achieve consistency", "Unavailable") { return .unavailable }
        if has("code=1003", "TruncateError", "Error during truncate") { return .unavailable }
        if has("OperationTimedOut", "code=1200", "code=1100", "timed out") { return .timedOut }
        if has(
            "Connection error:", "ConnectionRefused", "Connection refused", "NoHostAvailable",
            "Unable to connect", "ConnectionShutdown")
        {
            return .nodeDown
        }
        if has("code=2400", "AlreadyExists", "already exists") { return .alreadyExists }
        if has("not found in keyspaces") { return .unknownKeyspace }
        if has("eyspace"), has("does not exist", "doesn't exist") { return .unknownKeyspace }
        if has("unconfigured", "able ", "olumnfamily "),
            has("does not exist", "doesn't exist", "unconfigured", "not found in keyspace")
        {
            return .unknownTable
        }
        if has("not found in keyspace") { return .unknownTable }
        return has("SyntaxException", "code=2000") ? .syntax : .failed
    }
}
