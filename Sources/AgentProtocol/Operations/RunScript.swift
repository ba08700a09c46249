package import BackupModel

/// Run a script of the operator's on the node, as the agent's user and without arguments, from the
/// agent's script directory only.
///
/// Before the snapshot it gets nothing on its standard input, after it the path of each of the
/// snapshot's files on a line. Like every operation it may run again when its agent was
/// interrupted.
package struct RunScript: OperationParameters {
    package static let kind = OperationKind.runScript

    /// When it runs; the raw values are the API's names of it.
    package enum Moment: String, Codable, Sendable {
        case preSnapshot = "pre_snapshot_script"
        case postSnapshot = "post_snapshot_script"
    }

    package var script: ScriptName
    package var moment: Moment
    package var tag: BackupTag
    package var selection: TableSelection

    package init(script: ScriptName, moment: Moment, tag: BackupTag, selection: TableSelection) {
        self.script = script
        self.moment = moment
        self.tag = tag
        self.selection = selection
    }

    /// How it ended. That a script says no is an answer, not a failure of the operation.
    package struct Result: Codable, Sendable, Hashable {
        package var isSuccess: Bool
        /// `exit status 3`, `signal 9`.
        package var ending: String
        /// The beginning and the end of what it printed, both outputs, about 4 KiB at most.
        package var output: String

        package init(isSuccess: Bool, ending: String, output: String) {
            self.isSuccess = isSuccess
            self.ending = ending
            self.output = output
        }
    }
}
