import Catalog
import Certificates
import Execution
import Logging
import Postgres
import Sealing
import Settings

/// The settings of `helenus-executor`: a file of KEY=VALUE lines, overridden by the environment.
struct ExecutorSettings {
    private static let keys: Set = [
        "HELENUS_DATABASE", "HELENUS_KEY_FILE", "HELENUS_CA_FOLDER",
        "HELENUS_AGENT_CERTIFICATE_SECONDS", "HELENUS_JOB_SLOTS", "HELENUS_CLUSTER_JOBS",
        "HELENUS_LEASE_SECONDS", "HELENUS_LOG_LEVEL", "HELENUS_PID_FILE",
        "HELENUS_WEBHOOK_PAUSES", "HELENUS_WEBHOOK_TIME_LIMIT", "HELENUS_WEBHOOK_CA_FILE",
    ]

    private let file: SettingsFile
    let database: String
    let keyFile: String
    let authorityFolder: String
    /// Seconds for which an agent's certificate holds.
    let agentLifetime: Double
    /// Jobs of this process, and of one cluster in all executors, that run at the same time.
    let slots: Int
    let clusterJobs: Int
    let leaseSeconds: Double
    let webhookPauses: WebhookPauses
    /// Seconds within which a webhook's receiver has to answer.
    let webhookTimeLimit: Double
    let logLevel: Logger.Level
    var webhookCAFile: String? { file.text("HELENUS_WEBHOOK_CA_FILE") }
    var pidFile: String? { file.text("HELENUS_PID_FILE") }

    /// - Throws: `SettingsError`, `WebhookFailure`; both name the key.
    init(file path: String) throws {
        file = try SettingsFile(path: path)
        database = try file.required("HELENUS_DATABASE")
        keyFile = try file.required("HELENUS_KEY_FILE")
        authorityFolder = file.text("HELENUS_CA_FOLDER") ?? "/etc/helenus/ca"
        agentLifetime = try file.seconds(
            "HELENUS_AGENT_CERTIFICATE_SECONDS", 30 * 86_400, 1...(3_650 * 86_400))
        slots = try file.number("HELENUS_JOB_SLOTS", 32, 1...10_000)
        clusterJobs = try file.number("HELENUS_CLUSTER_JOBS", 4, 0...10_000)
        leaseSeconds = try file.seconds("HELENUS_LEASE_SECONDS", 30, 1...3_600)
        webhookPauses = try WebhookPauses(
            file.text("HELENUS_WEBHOOK_PAUSES") ?? WebhookPauses.recommended)
        webhookTimeLimit = try file.seconds("HELENUS_WEBHOOK_TIME_LIMIT", 20, 1...600)
        logLevel = try file.logLevel("HELENUS_LOG_LEVEL")
    }

    /// What would be in the way of a start, beside what the settings themselves say.
    func check() -> SettingsReport {
        var report = SettingsReport()
        report.add(unknown: file.unknown(besides: Self.keys))
        report.attempt("HELENUS_KEY_FILE") { _ = try Sealer(keyFile: keyFile) }
        report.attempt("HELENUS_CA_FOLDER") {
            _ = try CertificateAuthority(folder: authorityFolder)
        }
        report.attempt("HELENUS_WEBHOOK_CA_FILE") {
            _ = try WebhookClient(caFile: webhookCAFile, timeLimit: webhookTimeLimit)
        }
        report.check("HELENUS_DATABASE") {
            try SchemaCheck.problems(try Connection(conninfo: database))
        }
        return report
    }
}
