package import AgentProtocol
import BackupModel
import FoundationEssentials

extension RunScript: PerformableOperation {
    /// Bytes of each output that are kept.
    private static let keptOutput = 2 << 10

    package func perform(in context: AgentContext, progress: OperationProgress) async throws
        -> Result
    {
        guard let directory = context.configuration.scriptDirectory else {
            throw OperationFailure(
                code: .denied, object: script.text,
                message: "The agent's configuration names no script_directory.")
        }
        var command = try ScriptDirectory(directory).command(script)
        command.environment = ["HELENUS_TAG": tag.text]
        let names = try moment == .postSnapshot ? fileNames(context) : nil
        defer { withExtendedLifetime(names) {} }
        do {
            let output = try await command.run(
                [], input: names?.openPath, timeLimit: context.configuration.scriptTimeLimit)
            return Result(
                isSuccess: output.exit.isZero, ending: output.exit.description,
                output: Self.text(output))
        } catch let failure as ToolFailure {
            // It is not run again by itself: it may have done a part of what it does.
            throw OperationFailure(
                code: .tool, object: script.text, message: "\(moment.rawValue) \(failure)")
        }
    }

    /// The paths of the snapshot's files, one on a line, in a file without a name.
    private func fileNames(_ context: AgentContext) throws -> FileHandleOutput {
        let list = try FileHandleOutput.nameless(in: context.configuration.stateDirectory)
        let inventory = SnapshotInventory(directories: context.directories, tag: tag)
        for table in try inventory.tables(selection) {
            var sstables = inventory.sstables(of: table)
            while let sstable = try sstables.next() {
                for component in sstable.components {
                    try list.write(Data("\(component.path)\n".utf8))
                }
            }
        }
        try list.flush()
        return list
    }

    private static func text(_ output: ToolOutput) -> String {
        [output.output, output.error].map { kept($0.text) }.filter { !$0.isEmpty }
            .joined(separator: "\n")
    }

    private static func kept(_ text: String) -> String {
        var kept = CappedText(limit: keptOutput)
        // What PostgreSQL's JSON cannot hold is left out.
        kept.append(text.utf8.filter { $0 != 0 })
        return kept.text
    }
}
