import AgentProtocol
import BackupModel

extension BackupDriver {
    /// Runs a script on all these nodes at once; answers where it failed, and why. What it said on
    /// each node is shown with the request.
    func runScript(
        _ script: ScriptName, _ moment: RunScript.Moment, _ nodes: [ClusterNode]
    ) async throws -> [(ClusterNode, NodeFailure)] {
        let (tag, selection) = (order.tag, order.selection)
        let run = try await context.everywhere(nodes, stage: moment.rawValue) { _ in
            RunScript(script: script, moment: moment, tag: tag, selection: selection)
        }
        var failures = run.failures
        for (node, result) in run.results {
            await context.progress.note(script, moment, result, node: node.address)
            if !result.isSuccess {
                failures.append((node, NodeFailure(result, of: script, moment)))
            }
        }
        return failures
    }
}

extension NodeFailure {
    /// A script that ended badly, with the last line of what it said.
    fileprivate init(
        _ result: RunScript.Result, of script: ScriptName, _ moment: RunScript.Moment
    ) {
        let lastLine = result.output.split(whereSeparator: \.isNewline).last.map { ": \($0)" }
        self.init(
            isAbsence: false,
            message: "\(moment.rawValue) \(script): \(result.ending)\(lastLine ?? "")")
    }
}
