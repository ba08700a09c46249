import Foundation
import Prefork
import Testing

/// nginx with the project's configuration, in front of a socket, in a folder of its own.
final class NginxUnderTest {
    static let binary = "/usr/sbin/nginx"
    static var isInstalled: Bool { access(binary, X_OK) == 0 }

    /// Where it listens on 127.0.0.1.
    let port: UInt16
    private let folder: String
    private let process = Process()

    /// - Parameters:
    ///   - proxies: what `realip.conf` holds, if there is to be one.
    ///   - scrapers: what `metrics.conf` holds, if there is to be one.
    init(before socket: String, proxies: String? = nil, scrapers: String? = nil) throws {
        var template = Array("/tmp/prefork-XXXXXX".utf8CString)
        folder = String(cString: try #require(mkdtemp(&template)))
        chmod(folder, 0o755)
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "nginx")
        let files = FileManager.default
        for name in ["conf", "logs", "temp"] {
            try files.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
        }
        for name in ["nginx.conf", "conf.d", "snippets"] {
            try files.createSymbolicLink(
                atPath: "\(folder)/conf/\(name)",
                withDestinationPath: sources.appending(path: name).path)
        }
        // A port that is free now; nginx cannot be asked for one.
        let probe = try Listener(opening: .tcp(host: "127.0.0.1", port: 0))
        port = try #require(probe.port)
        close(probe.descriptor)
        try write("listen 127.0.0.1:\(port);", to: "listen.conf")
        try write("server unix:\(socket) max_fails=0;", to: "upstream.conf")
        if let proxies { try write(proxies, to: "realip.conf") }
        if let scrapers { try write(scrapers, to: "metrics.conf") }

        process.executableURL = URL(filePath: Self.binary)
        var globals = "daemon off;"
        if geteuid() == 0 { globals += " user root;" }
        process.arguments = [
            "-p", folder, "-e", "logs/error.log", "-c", "\(folder)/conf/nginx.conf", "-g", globals,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = MonotonicClock.now + 10_000
        while (try? get("/_started")) == nil {
            guard MonotonicClock.now < deadline, process.isRunning else {
                throw PreforkError(.timedOut, "nginx", try logs())
            }
            usleep(5_000)
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func get(_ target: String, headers: [String] = []) throws -> HTTPClient.Answer {
        try HTTPClient(port: port).get(target, headers: headers)
    }

    /// Everything that nginx has written down.
    func logs() throws -> String {
        try ["access.log", "error.log"].map {
            try String(contentsOfFile: "\(folder)/logs/\($0)", encoding: .utf8)
        }.joined()
    }

    private func write(_ text: String, to name: String) throws {
        try Data("\(text)\n".utf8).write(to: URL(filePath: "\(folder)/conf/\(name)"))
    }
}
