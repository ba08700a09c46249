/// The kinds of jobs; each has a payload type of its own beside this file.
package enum JobKind: String, Sendable, Codable, CaseIterable {
    case backup
    case restore
    /// Makes the plan of a restore and changes nothing; somebody waits for the answer.
    case planRestore = "plan_restore"
    /// Brings the cluster back to a moment: a snapshot, and the commitlogs after it.
    case pointInTime = "pit_restore"
    /// Sends an on-server snapshot to destinations.
    case sync
    /// Begins a sync again that failed, when its pause is over.
    case retrySync = "retry_sync"
    case verifyBackup = "verify_backup"
    case deleteBackup = "delete_backup"
    /// Clears what a run may have left on nodes that did not answer.
    case clearSnapshot = "clear_snapshot"
    /// Has backups deleted that the rules of their schedule let go.
    case applyRetention = "apply_retention"
    /// Brings commitlog archiving to the nodes, with a rolling restart.
    case configureArchive = "configure_archive"
    /// Removes commitlog segments that no snapshot needs any more.
    case trimArchive = "trim_archive"
    /// Writes, reads and deletes a probe on a destination; somebody waits for the answer.
    case validateDestination = "validate_destination"
    /// Reads what lies on destinations and brings the catalog in line; somebody waits for the end.
    case readDestinations = "read_destinations"
    /// Certifies an agent's key; the agent waits for the answer.
    case signCertificate = "sign_certificate"
    /// Reads which graphs a backup holds; somebody waits for the answer.
    case readGraphs = "read_graphs"
    /// Does nothing: somebody waits to hear that an executor takes jobs.
    case probe

    /// The key that lets one mutating job of a cluster run at a time; `nil` where any number may.
    package func concurrencyKey(cluster: String) -> String? {
        switch self {
        case .backup, .restore, .pointInTime, .sync, .deleteBackup, .configureArchive, .trimArchive:
            "cluster:\(cluster)"
        case .planRestore, .retrySync, .verifyBackup, .clearSnapshot, .applyRetention,
            .validateDestination, .readDestinations, .signCertificate, .readGraphs,
            .probe:
            nil
        }
    }
}
