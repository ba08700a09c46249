import AgentProtocol
import BackupModel
import Foundation
import NodeAgent

/// An agent with two data directories, files staged for one table, and a nodetool that takes files
/// in as Cassandra was seen to do it.
struct InPlaceFixture {
    let scratch: Scratch
    let context: AgentContext
    let host: HostID
    let table = TableName(keyspace: "k", table: "t")

    /// - Parameter version: of Cassandra.
    init(version: String) throws {
        scratch = try Scratch()
        host = try HostID("00000000-0000-0000-0000-000000000001")
        let path = scratch.path
        let yaml = """
            cluster: c
            api: http://127.0.0.1:1
            state_directory: \(path)/state
            listen: 127.0.0.1:1
            roots: [\(path)/backups]
            cassandra:
              address: 127.0.0.1
              data_directories: [\(path)/data1, \(path)/data2]
              nodetool: [\(path)/nodetool]
              sstableloader: [/bin/false]
              cqlsh: [/bin/false]
              cql: {host: 127.0.0.1, port: 1}
            """
        let file = try scratch.write("agent.yaml", Array(yaml.utf8))
        try scratch.write("version", Array(version.utf8))
        let nodetool = try scratch.write("nodetool", Array(Self.nodetool.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: nodetool)
        for directory in ["data1", "data2"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(directory)/k/t", withIntermediateDirectories: true)
        }
        context = try AgentContext(configuration: AgentConfiguration(file: file))
        try behave("well")
    }

    /// `well`; `refuse`: takes nothing and says so; `ignore`: takes nothing and does not say so;
    /// `die`: takes all, and the connection breaks; `lose`: takes nothing, and it breaks; `replay`: says what was recorded, and takes all
    /// where that was recorded too.
    func behave(_ how: String) throws { try scratch.write("mode", Array(how.utf8)) }

    /// Has nodetool's next `import` say what a real one was seen to say.
    func replay(_ recording: Recording, takesAll: Bool) throws {
        try scratch.write("replay-stdout", Array(recording.output.output.text.utf8))
        try scratch.write("replay-stderr", Array(recording.output.error.text.utf8))
        guard case .exited(let status) = recording.output.exit else { return }
        try scratch.write("replay-exit", Array("\(status)".utf8))
        try scratch.write("replay-takes", Array((takesAll ? "all" : "none").utf8))
        try behave("replay")
    }

    /// Stages two SSTables of three files each.
    func stage(_ prefixes: [String]) throws {
        let folder = context.stagingFolder("s", host: host) + "/k/t"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for prefix in prefixes {
            for component in ["Data.db", "Index.db", "TOC.txt"] {
                try Data("\(prefix) \(component)".utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/\(prefix)-\(component)"))
            }
        }
    }

    /// The content of every live file of the table, sorted.
    func live() throws -> [String] {
        try names().map { name in
            try String(contentsOfFile: "\(scratch.path)/\(name)", encoding: .utf8)
        }.sorted()
    }

    /// Files in the data directories, those of import folders too.
    func names() throws -> [String] {
        try ["data1", "data2"].flatMap { directory in
            try FileManager.default.subpathsOfDirectory(atPath: "\(scratch.path)/\(directory)")
                .map { "\(directory)/\($0)" }
        }.filter { FolderReader.isFile("\(scratch.path)/\($0)") }.sorted()
    }

    func load() async throws -> LoadedSums {
        let result = try await LoadInPlace(stagingID: "s", hostID: host, tables: [table])
            .perform(in: context, progress: OperationProgress { _ in })
        return LoadedSums(
            files: result.tables.map(\.files), outcomes: result.tables.map(\.outcome))
    }

    /// How often nodetool was asked to take files in.
    func intakes() throws -> Int {
        let log = "\(scratch.path)/log"
        guard FolderReader.isFile(log) else { return 0 }
        return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count
    }

    private static let nodetool = """
        #!/bin/bash
        here=$(dirname "$0") mode=$(cat "$(dirname "$0")/mode")
        lose() {
            echo "nodetool: Failed to connect to '127.0.0.1:7199' - Connection refused" >&2
            exit 1
        }
        case $1 in
        info)
            echo 'ID               : 00000000-0000-0000-0000-000000000001'
            echo 'Gossip active    : true'
            echo 'Thrift active    : true'
            echo 'Uptime (seconds) : 100000'
            echo 'Data Center      : dc1'
            echo 'Rack             : r1'
            ;;
        version) echo "ReleaseVersion: $(cat "$here/version")" ;;
        refresh)
            echo refresh >>"$here/log"
            [ "$mode" != refuse ] || { echo 'error: it does not want to' >&2; exit 2; }
            [ "$mode" != ignore ] || exit 0
            [ "$mode" != lose ] || lose
            for data in "$here"/data*/k/t/*-1??????-Data.db; do
                [ -e "$data" ] || continue
                echo >>"$here/counter"
                number=$(wc -l <"$here/counter")
                for file in "${data%-Data.db}"-*; do
                    mv "$file" "${file%/*}/k-t-ic-$number-${file##*-}"
                done
            done
            ;;
        import)
            echo import >>"$here/log"
            [ "$mode" != lose ] || lose
            shift 3
            for folder; do
                [ "$mode" != refuse ] || {
                    echo 'Some directories failed to import, check server logs for details:' >&2
                    echo "$folder" >&2
                    exit 1
                }
                [ "$mode" != replay ] || [ "$(cat "$here/replay-takes")" = all ] || continue
                [ "$mode" = ignore ] || mv "$folder"/*-* "$here/data1/k/t/"
            done
            [ "$mode" != replay ] || {
                cat "$here/replay-stdout"
                cat "$here/replay-stderr" >&2
                exit "$(cat "$here/replay-exit")"
            }
            ;;
        esac
        [ "$mode" != die ] || [ "$1" = info ] || [ "$1" = version ] || {
            lose
        }

        """
}

/// What a load told.
struct LoadedSums: Equatable {
    var files: [Int]
    var outcomes: [Outcome]
}
