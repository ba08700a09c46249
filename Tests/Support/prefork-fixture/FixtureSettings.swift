import Glibc
import Prefork

/// `socket=PATH control=PATH [pid=PATH] [read=MS] [limit=MS] [requests=N]`: the control file
/// holds `WORKERS BEHAVIOUR` and is read at the start and at each HUP.
struct FixtureSettings {
    var address: ListenAddress
    var pidFile: String?
    var control: String
    var worker = WorkerSettings()
    private var limit: Milliseconds = 30_000

    init(_ arguments: some Sequence<String>) throws {
        var values: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
        }
        guard let socket = values["socket"], let control = values["control"] else {
            throw PreforkError(.badAddress, "arguments", "socket= and control= are required.")
        }
        address = .unix(path: socket)
        self.control = control
        pidFile = values["pid"]
        if let read = values["read"].flatMap(Int64.init) { worker.readTimeLimit = read }
        if let limit = values["limit"].flatMap(Int64.init) {
            self.limit = limit
            worker.requestTimeLimit = limit
        }
        worker.requests = values["requests"].flatMap { Int($0) }
    }

    /// What the control file says now.
    func read() -> (master: MasterSettings, behaviour: String) {
        var bytes = [UInt8](repeating: 0, count: 256)
        let descriptor = open(control, O_RDONLY | O_CLOEXEC)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        close(descriptor)
        let words = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).map(String.init)
        let master = MasterSettings(
            workers: words.first.flatMap { Int($0) } ?? 2, requestTimeLimit: limit,
            settledAfter: 2_000)
        return (master, words.count > 1 ? words[1] : "serve")
    }
}
