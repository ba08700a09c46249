import Foundation
import Glibc
import Testing

/// An HTTPS server for `localhost` with a certificate of an authority of its own; it ends with
/// this object, and with the process, however that ends.
final class TLSServer {
    let port: UInt16
    /// The authority's certificate, as PEM.
    let caFile: String
    private let folder: TemporaryFolder
    private let leash = Pipe()
    private let process = Process()

    init() throws {
        folder = try TemporaryFolder()
        port = try FreePorts.first(of: 1)
        caFile = "\(folder.path)/ca.pem"
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", Self.script, "tls-server", folder.path, "\(port)"]
        process.standardInput = leash
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let line = try output.fileHandleForReading.read(upToCount: 6)
        try #require(line == Data("ready\n".utf8), "the TLS server did not start")
    }

    deinit {
        do { try leash.fileHandleForWriting.close() } catch { print("TLS server: \(error)") }
        process.waitUntilExit()
    }

    private static let script = """
        set -eu
        cd "$1"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \\
            -subj "/CN=authority of a test" -keyout ca.key -out ca.pem 2>log
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \\
            -subj /CN=localhost -keyout key.pem -out request.pem 2>>log
        printf 'subjectAltName=DNS:localhost' >names
        openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \\
            -extfile names -out cert.pem 2>>log
        openssl s_server -accept "127.0.0.1:$2" -key key.pem -cert cert.pem -www \\
            >>log 2>&1 </dev/null &
        server=$!
        until (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; do
            kill -0 "$server"
            sleep 0.05
        done
        echo ready
        cat >/dev/null
        kill "$server"
        wait "$server" || true
        """
}
