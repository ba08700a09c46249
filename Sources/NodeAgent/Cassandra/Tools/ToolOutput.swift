/// What a tool said and how it ended.
package struct ToolOutput: Sendable, Hashable {
    package var exit: ToolExit
    package var output: CappedText
    package var error: CappedText

    package init(exit: ToolExit, output: CappedText, error: CappedText) {
        self.exit = exit
        self.output = output
        self.error = error
    }

    /// From texts, as tests and recordings have them.
    package init(exit: Int32, output: String, error: String) {
        self.init(
            exit: .exited(exit), output: CappedText(output), error: CappedText(error))
    }

    package var outputLines: [Substring] { output.lines }
    package var errorLines: [Substring] { error.lines }
}
