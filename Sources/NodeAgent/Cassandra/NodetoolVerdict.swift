package import AgentProtocol

/// What nodetool's output means, by command; see the recorded output of 4.1 and 5.0 and what 1.2
/// prints. Pure.
package enum NodetoolVerdict {
    /// A snapshot is taken only when its directory is named: a failing one has already printed
    /// "Requested creating snapshot(s)".
    package static func snapshot(_ output: ToolOutput, tag: String) throws(OperationFailure) {
        let named = output.standardOutput.split(separator: "\n").contains {
            $0.trimmed == "Snapshot directory: \(tag)"
        }
        guard output.exit == 0, named else { throw failure(output, of: "snapshot", about: tag) }
    }

    /// A command that says nothing of value when it succeeds.
    package static func quiet(_ output: ToolOutput, command: String) throws(OperationFailure) {
        guard output.exit == 0 else { throw failure(output, of: command, about: "") }
    }

    /// The node's own sentence about what went wrong, as a failure.
    package static func failure(
        _ output: ToolOutput, of command: String, about object: String
    ) -> OperationFailure {
        let sentence = sentence(in: output)
        let code: OperationFailure.Code
        if isNodeDown(sentence) {
            code = .nodeDown
        } else if sentence.contains("already exists") {
            code = .conflict
        } else if sentence.contains("does not exist") || sentence.contains("Unknown keyspace") {
            code = .notFound
        } else {
            code = .tool
        }
        return OperationFailure(
            code: code, object: object, message: "nodetool \(command): \(sentence)")
    }

    private static func isNodeDown(_ sentence: String) -> Bool {
        ["Connection refused", "Failed to connect to", "ConnectException", "NoSuchObjectException"]
            .contains { sentence.contains($0) }
    }

    /// The first line that says what is wrong, without the tools' decoration.
    static func sentence(in output: ToolOutput) -> String {
        let lines = (output.standardError + "\n" + output.standardOutput)
            .split(separator: "\n").map(\.trimmed)
        let telling =
            lines.first { $0.hasPrefix("error:") || $0.hasPrefix("nodetool:") }
            ?? lines.first { $0.contains("Exception") || $0.hasPrefix("Error") }
            ?? lines.first { !$0.isEmpty && !$0.hasPrefix("Requested") }
            ?? "exit status \(output.exit) and no word"
        var sentence = telling
        for decoration in ["error: ", "nodetool: ", "Exception in thread \"main\" "]
        where sentence.hasPrefix(decoration) {
            sentence = String(sentence.dropFirst(decoration.count))
        }
        return sentence
    }
}

extension StringProtocol {
    /// Without spaces and line ends around it.
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
