import AgentProtocol
import BackupModel
import Foundation
import NodeAgent

/// A stopped node with two tables, one of which is staged, and commands that start and stop it as
/// Cassandra's do.
struct ReplayFixture {
    let scratch: Scratch
    let context: AgentContext
    let host: HostID
    let users = PlaceForReplay.Table(name: TableName(keyspace: "k", table: "users"), id: nil)
    let orders = PlaceForReplay.Table(name: TableName(keyspace: "k", table: "orders"), id: nil)

    /// What an operator has in the properties.
    static let properties = """
        # ours
        archive_command=/bin/true %path
        restore_command=
        restore_directories=
        restore_point_in_time=
        precision=MICROSECONDS

        """

    init() throws {
        scratch = try Scratch()
        host = try HostID("00000000-0000-0000-0000-000000000001")
        let path = scratch.path
        try scratch.write(
            "conf/cassandra.yaml",
            Array(
                """
                cluster_name: c
                commitlog_directory: \(path)/commitlog
                saved_caches_directory: \(path)/caches
                hints_directory: \(path)/hints
                seed_provider:
                    - class_name: org.apache.cassandra.locator.SimpleSeedProvider
                      parameters:
                          - seeds: "127.0.0.9, 127.0.0.1"

                """.utf8))
        try scratch.write(
            "conf/commitlog_archiving.properties", Array(Self.properties.utf8))
        for (name, text) in [
            ("nodetool", Self.nodetool), ("start", Self.start), ("stop", Self.stop),
            ("cqlsh", Self.cqlsh),
        ] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: try scratch.write(name, Array(text.utf8)))
        }
        let yaml = """
            cluster: c
            api: http://127.0.0.1:1
            state_directory: \(path)/state
            listen: 127.0.0.1:1
            roots: [\(path)/backups]
            cassandra:
              yaml: \(path)/conf/cassandra.yaml
              address: 127.0.0.1
              data_directories: [\(path)/data]
              nodetool: [\(path)/nodetool]
              sstableloader: [/bin/false]
              cqlsh: [\(path)/cqlsh]
              start: [\(path)/start]
              stop: [\(path)/stop]
              cql: {host: 127.0.0.1, port: 1}
            """
        for (name, text) in Self.live {
            try scratch.write(name, Array(text.utf8))
        }
        context = try AgentContext(
            configuration: AgentConfiguration(
                file: try scratch.write("agent.yaml", Array(yaml.utf8))))
        try write("state/staging/s/\(host)/k/users/k-users-ia-1-Data.db", "then")
        try write("state/staging/s/\(host)/k/users/k-users-ia-1-TOC.txt", "toc then")
        try write("state/staging/s/commitlog/CommitLog-2-7.log", "written until then")
    }

    /// What lies there before: path → content.
    static let live = [
        "data/k/users/k-users-ia-1-Data.db": "now",
        "data/k/users/k-users.users_name-ia-1-Data.db": "index now",
        "data/k/users/users.json": "levels",
        "data/k/users/snapshots/t/k-users-ia-1-Data.db": "snapshot",
        "data/k/orders/k-orders-ia-4-Data.db": "now too",
        "data/system/hints/system-hints-ia-2-Data.db": "for others",
        "data/system/local/system-local-ia-3-Data.db": "tokens",
        "data/other/t/other-t-ia-1-Data.db": "other",
        "commitlog/CommitLog-2-9.log": "written later", "caches/k-users-KeyCache-b.db": "keys",
        "hints/1-2-1.hints": "for others",
    ]

    func write(_ name: String, _ text: String) throws {
        try scratch.write(name, Array(text.utf8))
    }

    /// Files outside of the agent's own folders: path → content.
    func files() throws -> [String: String] {
        var found: [String: String] = [:]
        for root in ["data", "commitlog", "caches", "hints"] {
            for path in try FileManager.default.subpathsOfDirectory(
                atPath: "\(scratch.path)/\(root)")
            where FolderReader.isFile("\(scratch.path)/\(root)/\(path)") {
                found["\(root)/\(path)"] = try text("\(root)/\(path)")
            }
        }
        return found
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)
    }

    func perform<Operation: PerformableOperation>(
        _ operation: Operation
    ) async throws -> Operation.Result {
        try await operation.perform(in: context, progress: OperationProgress { _ in })
    }

    func place() async throws {
        _ = try await perform(
            PlaceForReplay(
                stagingID: "s", hostID: host, tables: [orders, users], version: "2.0.0",
                pit: 1_450_143_120))
    }

    func start(isChoice: Bool = false) async throws {
        _ = try await perform(
            StartReplay(
                stagingID: "s", tables: [orders.name, users.name], isChoice: isChoice,
                version: "1.2.0", timeLimit: 20))
    }

    func clear() async throws { _ = try await perform(ClearStaging(stagingID: "s")) }

    func stage() async throws -> ReplayStage {
        try await perform(InspectReplay(stagingID: "s")).stage
    }

    private static let nodetool = """
        #!/bin/bash
        here=$(dirname "$0")
        [ -e "$here/up" ] || {
            echo "nodetool: Failed to connect to '127.0.0.1:7199' - Connection refused" >&2
            exit 1
        }
        case $1 in
        info)
            echo 'ID               : 00000000-0000-0000-0000-000000000001'
            echo 'Gossip active    : true'
            echo 'Thrift active    : true'
            echo 'Uptime (seconds) : 10'
            echo 'Data Center      : dc1'
            echo 'Rack             : r1'
            ;;
        status)
            echo 'Datacenter: dc1'
            echo '==============='
            echo 'Status=Up/Down'
            echo '|/ State=Normal/Leaving/Joining/Moving'
            echo '--  Address    Load   Tokens  Owns    Host ID                               Rack'
            echo 'UN  127.0.0.1  1 KB   8       100.0%  00000000-0000-0000-0000-000000000001  r1'
            ;;
        *) echo "$*" >>"$here/asked" ;;
        esac

        """

    private static let start = """
        #!/bin/bash
        here=$(dirname "$0")
        cp "$here/conf/commitlog_archiving.properties" "$here/seen"
        echo "$JVM_EXTRA_OPTS" >"$here/options"
        [ ! -e "$here/broken" ] || { echo 'it does not start' >&2; exit 3; }
        touch "$here/up"

        """

    private static let stop = """
        #!/bin/bash
        rm -f "$(dirname "$0")/up"

        """

    private static let cqlsh = """
        #!/bin/bash
        cat <<CQL

        CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': '1'};

        CREATE TABLE k.users (id int PRIMARY KEY, name text);

        CREATE INDEX users_name ON k.users (name);

        CREATE TABLE k.orders (id int PRIMARY KEY);
        CQL

        """
}
