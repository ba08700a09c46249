import API
import Catalog
import Logging
import Postgres
import Prefork
import Sealing
import Settings

/// The settings of `helenus-api`: a file of KEY=VALUE lines, overridden by the environment.
struct APIProcessSettings {
    private static let keys: Set = [
        "HELENUS_DATABASE", "HELENUS_SOCKET", "HELENUS_KEY_FILE", "HELENUS_PID_FILE",
        "HELENUS_WORKERS", "HELENUS_REQUEST_TIME_LIMIT", "HELENUS_BODY_LIMIT",
        "HELENUS_REQUESTS_PER_MINUTE", "HELENUS_PAGE_CACHE", "HELENUS_AUTHENTICATION",
        "HELENUS_SESSION_SECONDS", "HELENUS_DELETE_ADHOC_DESTINATIONS", "HELENUS_LOG_LEVEL",
    ]

    private let file: SettingsFile
    let database: String
    let socket: String
    let keyFile: String
    var pidFile: String? { file.text("HELENUS_PID_FILE") }
    let bodyLimit: Int
    let logLevel: Logger.Level
    let master: MasterSettings
    let worker: WorkerSettings
    let api: APISettings

    /// - Parameter arguments: `helenus-api --settings FILE [--check]`.
    init(arguments: [String]) throws(SettingsError) {
        guard (3...4).contains(arguments.count), arguments[1] == "--settings",
            arguments.count == 3 || arguments[3] == "--check"
        else { throw SettingsError("usage: helenus-api --settings FILE [--check]") }
        file = try SettingsFile(path: arguments[2])
        database = try file.required("HELENUS_DATABASE")
        socket = try file.required("HELENUS_SOCKET")
        keyFile = try file.required("HELENUS_KEY_FILE")
        bodyLimit = try file.number("HELENUS_BODY_LIMIT", 1_048_576, 1...(1 << 30))
        logLevel = try file.logLevel("HELENUS_LOG_LEVEL")
        let timeLimit = Milliseconds(
            try file.number("HELENUS_REQUEST_TIME_LIMIT", 30, 1...3_600) * 1_000)
        master = MasterSettings(
            workers: try file.number("HELENUS_WORKERS", 4, 1...511), requestTimeLimit: timeLimit)
        worker = WorkerSettings(requestTimeLimit: timeLimit)
        let deletes = try file.word("HELENUS_DELETE_ADHOC_DESTINATIONS", of: ["false", "true"])
        api = APISettings(
            deletesAdhocDestinations: deletes == "true",
            // Off only where it says so to the letter: a slip of the pen must not open the service.
            authenticates: try file.word("HELENUS_AUTHENTICATION", of: ["on", "off"]) == "on",
            sessionSeconds: try file.number("HELENUS_SESSION_SECONDS", 86_400, 1...31_536_000),
            requestsPerMinute: try file.number(
                "HELENUS_REQUESTS_PER_MINUTE", 60_000, 0...100_000_000),
            pageCacheBytes: try file.number("HELENUS_PAGE_CACHE", 2_097_152, 0...(1 << 30)))
    }

    /// What would be in the way of a start, beside what the settings themselves say.
    func check() -> SettingsReport {
        var report = SettingsReport()
        report.add(unknown: file.unknown(besides: Self.keys))
        report.attempt("HELENUS_KEY_FILE") { _ = try Sealer(keyFile: keyFile) }
        report.check("HELENUS_DATABASE") {
            try SchemaCheck.problems(try Connection(conninfo: database))
        }
        return report
    }
}
