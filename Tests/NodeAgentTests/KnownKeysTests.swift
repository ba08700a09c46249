import Foundation
import NodeAgent
import Testing

@Suite struct KnownKeysTests {
    @Test func `keys that nobody knows are told with those above them`() throws {
        let unknown = try AgentConfiguration.unknownKeys(
            in: """
                cluster: c
                stagign_days: 7
                priority: {nice: 10, level: 3}
                cassandra:
                  nodetol: [nodetool]
                  environment: {ANY: thing}
                  cql: {host: h, tls: {ca: /ca.pem, ca_file: /ca.pem}}
                """)
        #expect(
            unknown == [
                "stagign_days", "priority.level", "cassandra.nodetol", "cassandra.cql.tls.ca",
            ])
    }

    @Test func `every key of the example is known, also those that are commented out`() throws {
        let example = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../deploy/etc/agent.yaml.example")
        let lines = try String(contentsOf: example, encoding: .utf8).split(separator: "\n").map {
            $0.replacing(/^( *)# ( *[a-z_]+:)/) { "\($0.1)\($0.2)" }
        }
        let whole = lines.filter { !$0.contains(/^ *#/) }.joined(separator: "\n")
        #expect(whole.contains("\n  jmx:\n    user:") && whole.contains("\npriority:\n  nice:"))
        #expect(try AgentConfiguration.unknownKeys(in: whole) == [])
    }
}
