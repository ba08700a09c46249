/// What nodetool answered to one command, to be judged: pure, from exit status and both texts.
///
/// An exit status alone proves nothing: 0 is also given where nothing was done, the sentence that
/// tells why stands in either output, and version 1.2 prints Java's own stack traces.
package struct NodetoolReply: Sendable, Hashable {
    package var command: String
    package var output: ToolOutput

    package init(command: String, output: ToolOutput) {
        self.command = command
        self.output = output
    }

    /// Succeeds where the exit status is 0.
    package func succeeded() throws(NodetoolError) {
        guard output.exit.isZero else { throw error }
    }

    /// Succeeds only where nodetool also named the directory of this snapshot.
    package func snapshotTaken(tag: String) throws(NodetoolError) {
        try succeeded()
        let confirmed = output.outputLines.contains { line in
            line.hasPrefix("Snapshot directory: ")
                && line.dropFirst("Snapshot directory: ".count).trimmed == tag
        }
        guard confirmed else {
            throw NodetoolError(
                code: .unconfirmed, command: command,
                sentence: sentence ?? "it did not name the directory of snapshot \(tag)")
        }
    }

    /// Succeeds where every directory was taken in.
    package func imported() throws(NodetoolError) {
        try succeeded()
    }

    /// The error that this reply is, if it is one.
    package var error: NodetoolError {
        let sentence = sentence ?? "\(output.exit) without a word"
        return NodetoolError(code: code(of: sentence), command: command, sentence: sentence)
    }
}
