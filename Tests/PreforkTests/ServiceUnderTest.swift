import Foundation
import Prefork
import Testing

/// The service of `prefork-fixture`, running in a folder of its own.
final class ServiceUnderTest {
    /// Settings of ``init(_:)``.
    struct Options {
        var workers = 2
        var behaviour = "serve"
        var arguments: [String] = []
        var environment: [String: String] = [:]
        /// Becomes descriptor 3, with `LISTEN_FDS` set.
        var listeningSocket: Int32?
        var waitsUntilReady = true
    }

    let folder: String
    let pid: Int32
    private(set) var exit: WorkerExit?

    var socket: String { folder + "/socket" }
    var pidFile: String { folder + "/pid" }
    var log: String { folder + "/log" }
    var binary: String { folder + "/service" }

    init(_ options: Options = Options(), in given: String? = nil) throws {
        var template = Array("/tmp/prefork-XXXXXX".utf8CString)
        folder = try given ?? String(cString: #require(mkdtemp(&template)))
        let binary = folder + "/service"
        if given == nil { try Self.installBinary(at: binary) }
        try Self.writeControl(folder, options.workers, options.behaviour)
        pid = try Self.start(binary, in: folder, options)
        if options.waitsUntilReady {
            try waitUntil("the service answers") { (try? self.get("/")) != nil }
        }
        if options.waitsUntilReady, options.behaviour == "serve" {
            try waitUntil("all workers") { self.workers.count >= options.workers }
        }
    }

    deinit {
        kill(pid, SIGKILL)
        if exit == nil { waitpid(pid, nil, 0) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The process ids of the workers.
    var workers: Set<Int32> {
        let text = try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        return Set((text ?? "").split(separator: " ").compactMap { Int32($0) })
    }

    /// How many lines of the log hold this text.
    func logged(_ text: String) throws -> Int {
        try String(contentsOfFile: log, encoding: .utf8).components(separatedBy: text).count - 1
    }

    func get(_ path: String) throws -> SCGIClient.Answer {
        try SCGIClient(socket: socket).get(path)
    }

    func signal(_ number: Int32) {
        kill(pid, number)
    }

    /// What the fixture reads at its next HUP.
    func control(workers: Int, behaviour: String = "serve") throws {
        try Self.writeControl(folder, workers, behaviour)
    }

    /// Puts another binary in place of the service's: a copy of it, or this text.
    func replaceBinary(with text: String? = nil) throws {
        let new = binary + ".new"
        if let text {
            try Data(text.utf8).write(to: URL(filePath: new))
            chmod(new, 0o755)
        } else {
            try Self.installBinary(at: new)
        }
        try #require(rename(new, binary) == 0)
    }

    /// Waits for the master to end.
    func waitForExit() throws -> WorkerExit {
        try waitUntil("the master ends") {
            var status: Int32 = 0
            guard waitpid(self.pid, &status, WNOHANG) == self.pid else { return false }
            let number = status & 0x7F
            self.exit = number == 0 ? .code(status >> 8 & 0xFF) : .signal(number)
            return true
        }
        return try #require(exit)
    }

    /// Waits for what another process does.
    func waitUntil(
        _ what: String, within seconds: Double = 15, _ condition: () throws -> Bool
    ) throws {
        let deadline = MonotonicClock.now + Milliseconds(seconds * 1_000)
        while try !condition() {
            guard MonotonicClock.now < deadline else {
                let log = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw PreforkError(.timedOut, what, "It did not happen. Log:\n\(log.suffix(3_000))")
            }
            usleep(5_000)
        }
    }

    static func isAlive(_ pid: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
            return false
        }
        return !text.contains(") Z ")
    }

    private static func installBinary(at path: String) throws {
        let products = URL(
            filePath: try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe")
        ).deletingLastPathComponent()
        // Copied by a process of its own: were the copy open for writing here, a process started
        // by another test at that moment would keep it open, and it could not be executed.
        let copy = Process()
        copy.executableURL = URL(filePath: "/bin/cp")
        copy.arguments = [products.appending(path: "prefork-fixture").path, path]
        try copy.run()
        copy.waitUntilExit()
        try #require(copy.terminationStatus == 0)
    }

    private static func writeControl(
        _ folder: String, _ workers: Int, _ behaviour: String
    ) throws {
        try Data("\(workers) \(behaviour)\n".utf8).write(to: URL(filePath: folder + "/control"))
    }

    private static func start(
        _ binary: String, in folder: String, _ options: Options
    ) throws -> Int32 {
        var arguments =
            [
                binary, "socket=\(folder)/socket", "control=\(folder)/control",
                "pid=\(folder)/pid",
            ] + options.arguments
        var environment = ProcessInfo.processInfo.environment
        environment.merge(options.environment) { $1 }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(
            &actions, 2, folder + "/log", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        if let socket = options.listeningSocket {
            posix_spawn_file_actions_adddup2(&actions, socket, 3)
            environment["LISTEN_FDS"] = "1"
            // The service manager knows the process id before exec; here, the shell does.
            arguments = ["/bin/sh", "-c", "LISTEN_PID=$$ exec \"$@\"", "sh"] + arguments
        }
        var pid: Int32 = 0
        let argv = arguments.map { strdup($0) } + [nil]
        let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        let code = posix_spawn(&pid, arguments[0], &actions, nil, argv, envp)
        try #require(code == 0, "posix_spawn: \(code)")
        return pid
    }
}
