/// A tool of Cassandra's as the configuration names it: the first part of an argument list.
///
/// No shell ever sees it: the arguments that a call adds are passed to the program as they are.
package struct ToolCommand: Sendable, Hashable {
    /// Program and leading arguments, such as `["/opt/cassandra/bin/nodetool", "-p", "7199"]`. The
    /// program is a path, or a name that is looked up in `PATH`.
    package var argv: [String]
    /// Variables added to the agent's own environment.
    package var environment: [String: String]

    package init(argv: [String], environment: [String: String] = [:]) {
        self.argv = argv
        self.environment = environment
    }

    /// The program's own name, for messages.
    package var name: String {
        argv.first?.split(separator: "/").last.map(String.init) ?? "tool"
    }
}
