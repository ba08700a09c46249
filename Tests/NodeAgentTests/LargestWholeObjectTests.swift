import AgentProtocol
import NodeAgent
import Testing

@Suite struct LargestWholeObjectTests {
    private func configuration(_ line: String) throws -> AgentConfiguration {
        let scratch = try Scratch()
        let yaml = """
            cluster: c
            api: http://127.0.0.1:1
            state_directory: \(scratch.path)/state
            listen: 127.0.0.1:1
            roots: []
            \(line)
            cassandra:
              address: 127.0.0.1
              data_directories: [\(scratch.path)/data]
              nodetool: [/bin/false]
              sstableloader: [/bin/false]
              cqlsh: [/bin/false]
              cql: {host: 127.0.0.1, port: 1}
            """
        return try AgentConfiguration(file: scratch.write("agent.yaml", Array(yaml.utf8)))
    }

    @Test(arguments: [("", 64 << 20), ("largest_whole_object_bytes: 16777216", 16 << 20)])
    func `it is read from the settings file`(line: String, bytes: Int64) throws {
        #expect(try configuration(line).largestWholeObject == bytes)
    }

    @Test func `less than the least part of a store is refused by its key`() {
        let failure = #expect(throws: OperationFailure.self) {
            _ = try configuration("largest_whole_object_bytes: 5242879")
        }
        #expect(failure?.code == .invalid)
        #expect(failure?.message.contains("largest_whole_object_bytes: 5242879") == true)
    }
}
