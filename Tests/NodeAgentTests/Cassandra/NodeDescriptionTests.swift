import Foundation
import NodeAgent
import Testing

struct NodeDescriptionTests {
    static let yaml = """
        cluster_name: 'probe: one'
        partitioner: org.apache.cassandra.dht.Murmur3Partitioner
        data_file_directories: [/d/1, /d/2]
        commitlog_directory: /d/c
        listen_address: 127.0.9.1
        broadcast_address:
        native_transport_port: 9142
        seed_provider:
          - class_name: org.apache.cassandra.locator.SimpleSeedProvider
            parameters:
              - seeds: "127.0.9.1"
        """

    @Test func `cassandra.yaml is read`() throws {
        let configuration = try CassandraConfiguration(yaml: Self.yaml)
        #expect(configuration.clusterName == "probe: one")
        #expect(configuration.partitioner == "Murmur3Partitioner")
        #expect(configuration.dataDirectories == ["/d/1", "/d/2"])
        #expect(configuration.address == "127.0.9.1" && configuration.nativePort == 9142)
        #expect(throws: CassandraConfigurationError.self) {
            try CassandraConfiguration(yaml: "- a\n- b")
        }
        #expect(throws: CassandraConfigurationError.self) {
            try CassandraConfiguration(yaml: "a: [")
        }
    }

    @Test func `the node is described from info, gossip and schema`() throws {
        let info = NodeInfo(
            hostID: "46b5b892-3a99-460e-ba16-c3ed8218f4fc", datacenter: "dc1", rack: "r1",
            tokens: ["1", "2"], gossipActive: true, servesClients: true, uptimeSeconds: 1)
        let own = GossipState(
            address: "127.0.9.1",
            values: [
                "HOST_ID": info.hostID, "SCHEMA": "s1", "RELEASE_VERSION": "1.2.0",
                "STATUS": "NORMAL,1",
            ])
        let gone = GossipState(
            address: "127.0.9.2", values: ["SCHEMA": "s0", "STATUS": "shutdown,true"])
        let schema = CQLScript.statements(
            of: "CREATE KEYSPACE a WITH replication = {'class': 'X', 'n': '1'}; "
                + "CREATE TABLE a.t (k int PRIMARY KEY); CREATE INDEX i ON a.t (k);")
        let description = try NodeDescription(
            info: info, gossip: [gone, own],
            configuration: CassandraConfiguration(yaml: Self.yaml),
            keyspaces: NodeDescription.keyspaces(of: schema))
        #expect(description.address == "127.0.9.1" && description.schemaVersion == "s1")
        #expect(description.schemaVersions == ["127.0.9.1": "s1"])
        #expect(description.keyspaces["a"]?.tables == ["t"])
        #expect(description.keyspaces["a"]?.replication == ["class": "X", "n": "1"])
        let error = #expect(throws: NodetoolError.self) {
            try NodeDescription(
                info: info, gossip: [gone],
                configuration: CassandraConfiguration(yaml: Self.yaml), keyspaces: [:])
        }
        #expect(error?.isNodeDown == true)
    }

    @Test func `space is counted once for each file system`() throws {
        let folder = NSTemporaryDirectory()
        let one = try FileSystemSpace.total(of: [folder])
        let two = try FileSystemSpace.total(of: [folder, folder])
        #expect(one.totalBytes == two.totalBytes && one.totalBytes > 0)
    }
}
