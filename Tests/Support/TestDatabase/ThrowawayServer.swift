import Foundation
import Postgres

/// A PostgreSQL server in a temporary folder. It ends, and its folder goes, when this process ends,
/// however it ends: it watches a pipe whose other end this process holds.
enum ThrowawayServer {
    /// Starts it; answers the superuser's connection string once it takes connections.
    static func start() throws -> String {
        let folder = URL(filePath: "/tmp/helenus-test-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script, "throwaway-server", folder.path]
        let leash = Pipe()
        process.standardInput = leash
        try process.run()
        keep(leash)
        let conninfo = "host=\(folder.path) user=postgres dbname=postgres"
        let deadline = Date(timeIntervalSinceNow: 60)
        while true {
            do {
                _ = try Connection(conninfo: conninfo)
                return conninfo
            } catch {
                guard process.isRunning, Date() < deadline else { throw error }
                usleep(50_000)
            }
        }
    }

    /// The pipe stays open for the life of this process.
    private static func keep(_ leash: Pipe) {
        _ = Unmanaged.passRetained(leash)
    }

    /// `$1` is the folder. PostgreSQL refuses to run as root.
    private static let script = """
        set -eu
        folder=$1
        bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
        as=()
        if [ "$(id -u)" = 0 ]; then
            chown postgres "$folder"
            as=(setpriv --reuid=postgres --regid=postgres --init-groups)
        fi
        cd "$folder"
        "${as[@]}" "$bin/initdb" -D "$folder/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 \\
            --no-sync >"$folder/initdb.log"
        "${as[@]}" "$bin/postgres" -D "$folder/data" -c listen_addresses= \\
            -c unix_socket_directories="$folder" -c fsync=off -c max_connections=200 \\
            -c shared_buffers=64MB -c max_locks_per_transaction=256 </dev/null >"$folder/log" 2>&1 &
        server=$!
        cat >/dev/null
        kill -QUIT "$server"
        wait "$server" || true
        cd /
        rm -rf "$folder"
        """
}
