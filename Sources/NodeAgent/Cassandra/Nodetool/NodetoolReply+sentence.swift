extension NodetoolReply {
    /// The sentence in which nodetool says what went wrong, without its prefixes.
    var sentence: String? {
        let lines = output.errorLines + output.outputLines
        for (index, line) in lines.enumerated() {
            if let marked = Self.marked(line) {
                return marked.hasSuffix(":") ? Self.joined(marked, lines[(index + 1)...]) : marked
            }
        }
        guard let first = lines.firstIndex(where: { !Self.isNoise($0) }) else { return nil }
        let said = lines[first].trimmed
        return said.hasSuffix(":") ? Self.joined(said, lines[(first + 1)...]) : said
    }

    /// What follows one of the marks that stand before a sentence.
    private static func marked(_ line: Substring) -> String? {
        for mark in ["error: ", "nodetool: "] where line.hasPrefix(mark) {
            return line.dropFirst(mark.count).trimmed
        }
        let java = "Exception in thread \"main\" "
        guard line.hasPrefix(java) else { return nil }
        let exception = line.dropFirst(java.count)
        guard let colon = exception.firstIndex(of: ":") else { return exception.trimmed }
        let said = exception[exception.index(after: colon)...].trimmed
        return said.isEmpty ? exception[..<colon].trimmed : said
    }

    /// A sentence that ends in a colon, with the few lines that it announces.
    private static func joined(_ sentence: String, _ rest: ArraySlice<Substring>) -> String {
        let listed = rest.prefix(3).prefix { !isNoise($0) }.map(\.trimmed)
        return ([sentence] + listed).joined(separator: " ")
    }

    /// Lines that say nothing about the failure: stack frames, the JVM's and the shell's remarks,
    /// the manual, and what a command prints before it is done.
    private static func isNoise(_ line: Substring) -> Bool {
        let text = line.trimmed
        if text.isEmpty || text.hasPrefix("at ") || text.hasPrefix("... ") { return true }
        let noise = [
            "-- StackTrace --", "See 'nodetool help'", "usage:", "Picked up ", "OpenJDK ",
            "Java HotSpot", "WARNING: ", "WARN ", "Requested creating snapshot",
            "Requested clearing snapshot", "Requested snapshot for:", "nodetool refresh is deprec",
        ]
        return noise.contains { text.hasPrefix($0) } || line.contains("/nodetool: ")
    }

    /// The kind of failure that a sentence tells of.
    func code(of sentence: String) -> NodetoolError.Code {
        func has(_ parts: String...) -> Bool { parts.contains { sentence.contains($0) } }
        if has("Authentication failed", "SecurityException", "Credentials required") {
            return .authentication
        }
        if has(
            "Failed to connect to", "Connection refused", "error during JRMP connection",
            "java.rmi.UnmarshalException", "java.rmi.NoSuchObjectException",
            "ConnectIOException", "The client has been closed", "Connection reset")
        {
            return .nodeDown
        }
        if has("has shut down") { return .drained }
        if sentence.hasPrefix("Snapshot "), has("already exists") { return .snapshotExists }
        if has("Unknown keyspace/cf pair", "Unknown table/cf pair", "ColumnFamilyStore for ") {
            return .unknownTable
        }
        if has("Column family ", "Table "), has("does not exist") {
            // Version 1.2 calls a keyspace a table.
            return sentence.hasPrefix("Table ") ? .unknownKeyspace : .unknownTable
        }
        if sentence.hasPrefix("Keyspace "), has("does not exist") { return .unknownKeyspace }
        if has("Unrecognized command", "Found unexpected command") { return .unsupported }
        if has("Some directories failed to import") { return .importRefused }
        return isUsage ? .badUsage : .failed
    }

    /// Whether nodetool answered with its manual rather than from the node.
    private var isUsage: Bool {
        output.outputLines.contains {
            $0.hasPrefix("See 'nodetool help'") || $0.hasPrefix("usage:")
        }
            || output.errorLines.contains { $0.hasPrefix("error: Specify ") }
            || output.errorLines.contains { $0.hasPrefix("error: When specifying ") }
    }
}
