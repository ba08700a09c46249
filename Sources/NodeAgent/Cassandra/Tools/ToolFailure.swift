package import AgentProtocol

/// A tool could not be run at all; what it said when it ran is judged elsewhere.
package struct ToolFailure: CassandraFailure, Hashable {
    package enum Code: String, Sendable {
        /// The agent's configuration names no command.
        case notConfigured = "tool_not_configured"
        /// The program is not there.
        case notFound = "tool_not_found"
        case notStarted = "tool_not_started"
        /// It was stopped because it took too long.
        case timedOut = "tool_timed_out"
    }

    package var code: Code
    /// The program's name.
    package var tool: String
    package var detail: String

    package init(code: Code, tool: String, detail: String) {
        self.code = code
        self.tool = tool
        self.detail = detail
    }

    package var failure: OperationFailure {
        OperationFailure(
            code: code == .timedOut ? .unreachable : .tool, object: tool,
            message: "\(tool): \(detail)")
    }
}
