/// What a tool left behind. Its exit status alone proves nothing.
package struct ToolOutput: Sendable, Hashable {
    /// 0 to 127, or 128 and the signal's number.
    package var exit: Int
    package var standardOutput: String
    package var standardError: String

    package init(exit: Int, standardOutput: String, standardError: String) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
    }
}
