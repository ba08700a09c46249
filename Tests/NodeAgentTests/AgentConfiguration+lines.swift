import NodeAgent

extension AgentConfiguration {
    /// Of a settings file that has what it must have, and these lines.
    ///
    /// - Parameter listen: `nil` where the lines say it themselves.
    init(lines: String, listen: String? = "127.0.0.1:1") throws {
        let scratch = try Scratch()
        let yaml = """
            cluster: c
            api: http://127.0.0.1:1
            state_directory: \(scratch.path)/state
            \(listen.map { "listen: \($0)" } ?? "")
            roots: []
            \(lines)
            cassandra:
              address: 10.0.0.7
              data_directories: [\(scratch.path)/data]
              nodetool: [/bin/false]
              sstableloader: [/bin/false]
              cqlsh: [/bin/false]
              cql: {host: 127.0.0.1, port: 1}
            """
        try self.init(file: scratch.write("agent.yaml", Array(yaml.utf8)))
    }
}
