import AgentProtocol
import BackupModel
import Foundation
import Logging
import NodeAgent
import Testing

@Suite struct NodeReporterTests {
    /// A node whose tools write down that they were called, and whose CQL port is a real one.
    private struct Node {
        let scratch: Scratch
        /// Nobody else's, so that a port which is closed stays so.
        private static let host = "127.77.0.1"

        let reporter: NodeReporter
        let port: ListeningPort

        init() throws {
            scratch = try Scratch()
            let path = scratch.path
            port = try ListeningPort(host: Self.host)
            for (name, text) in [("nodetool", Self.nodetool), ("cqlsh", Self.cqlsh)] {
                let tool = try scratch.write(name, Array(text.utf8))
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: tool)
            }
            try Node.makeFolder("\(path)/data/ks/first")
            let yaml = """
                cluster: c
                api: http://127.0.0.1:1
                state_directory: \(path)/state
                listen: 127.0.0.1:1
                roots: []
                cassandra:
                  address: 127.0.0.1
                  data_directories: [\(path)/data]
                  nodetool: [\(path)/nodetool, \(path)]
                  sstableloader: [/bin/false]
                  cqlsh: [\(path)/cqlsh, \(path)]
                  cql: {host: \(Self.host), port: \(port.number)}
                """
            let file = try scratch.write("agent.yaml", Array(yaml.utf8))
            let configuration = try AgentConfiguration(file: file)
            reporter = NodeReporter(
                context: try AgentContext(configuration: configuration),
                api: AgentAPI(configuration), logger: Logger(label: "test"))
        }

        static func makeFolder(_ path: String) throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        /// How often a tool was called.
        func calls(_ tool: String) throws -> Int {
            let log = "\(scratch.path)/\(tool).calls"
            guard FileManager.default.fileExists(atPath: log) else { return 0 }
            return try String(contentsOfFile: log, encoding: .utf8).count
        }

        private static let nodetool = """
            #!/bin/bash
            printf x >>"$1/nodetool.calls"
            if [ -e "$1/crash" ]; then
                rm "$1/crash"
                kill -ABRT $$
            fi
            [ ! -e "$1/down" ] || { echo "Failed to connect to '127.0.0.1:7199'"; exit 1; }
            case $2 in
            info) echo 'ID                     : 134cb8aa-8e99-4fd8-96ba-0cd467081488
            Gossip active          : true
            Native Transport active: true
            Data Center            : dc1
            Rack                   : rack1
            Token                  : 1' ;;
            gossipinfo) echo '/127.0.0.1
              generation:1
              heartbeat:1
              SCHEMA:2:9e837765-12d7-3938-90c2-caff73cadd81
              DC:3:dc1
              RACK:4:rack1
              RELEASE_VERSION:5:4.1.6
              HOST_ID:6:134cb8aa-8e99-4fd8-96ba-0cd467081488
              STATUS_WITH_PORT:7:NORMAL,1
              TOKENS:8:<hidden>' ;;
            esac
            """

        private static let cqlsh = """
            #!/bin/bash
            printf x >>"$1/cqlsh.calls"
            echo "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': '1'};"
            for table in "$1"/data/ks/*; do
                echo "CREATE TABLE ks.${table##*/} (id int PRIMARY KEY);"
            done
            """
    }

    @Test func `what Cassandra's tools told is believed while nothing speaks against it`()
        async throws
    {
        let node = try Node()
        let first = try await node.reporter.report()
        #expect(first.nodeState == "up" && first.keyspaces["ks"]?.tables == ["first"])
        let calls = try node.calls("nodetool")
        #expect(calls > 0)
        #expect(try await node.reporter.report().nodeState == "up")
        #expect(try node.calls("nodetool") == calls)
    }

    @Test func `a new table's folder has the schema read again, although gossip tells the same`()
        async throws
    {
        let node = try Node()
        _ = try await node.reporter.report()
        let calls = try node.calls("cqlsh")
        try Node.makeFolder("\(node.scratch.path)/data/ks/second")
        let second = try await node.reporter.report()
        #expect(second.schemaVersion == "9e837765-12d7-3938-90c2-caff73cadd81")
        #expect(second.keyspaces["ks"]?.tables == ["first", "second"])
        #expect(try node.calls("cqlsh") > calls)
    }

    @Test func `a tool that crashes once says nothing of the node`() async throws {
        let node = try Node()
        try node.scratch.write("crash", [])
        #expect(try await node.reporter.report().nodeState == "up")
        #expect(!FileManager.default.fileExists(atPath: "\(node.scratch.path)/crash"))
        #expect(try node.calls("nodetool") > 1)
    }

    @Test
    func `a node that takes no connections has its tools asked, and is down when they say so`()
        async throws
    {
        let node = try Node()
        _ = try await node.reporter.report()
        node.port.close()
        let calls = try node.calls("nodetool")
        #expect(try await node.reporter.report().nodeState == "up")
        #expect(try node.calls("nodetool") > calls)
        try node.scratch.write("down", [])
        let last = try await node.reporter.report()
        #expect(last.nodeState == "down" && last.keyspaces["ks"]?.tables == ["first"])
    }
}
