/// All kinds of jobs, and who does them.
package struct JobDispatch: Sendable {
    package init() {}

    /// Does the job to its end. When it returns the job has ended, in the same transaction as what
    /// it was about.
    package func run(_ context: JobContext) async throws {
        switch context.job.kind {
        case .backup: try await BackupDriver(context: context).run()
        case .restore: try await RestoreDriver(context: context).run()
        case .pointInTime: try await PointInTimeDriver(context: context).run()
        case .planRestore: try await PlanRestoreDriver(context: context).run()
        case .sync: try await SyncDriver(context: context).run()
        case .retrySync: try await RetrySyncDriver(context: context).run()
        case .verifyBackup: try await VerifyBackupDriver(context: context).run()
        case .deleteBackup: try await DeleteBackupDriver(context: context).run()
        case .clearSnapshot: try await ClearSnapshotDriver(context: context).run()
        case .applyRetention: try await ApplyRetentionDriver(context: context).run()
        case .configureArchive: try await ConfigureArchiveDriver(context: context).run()
        case .trimArchive: try await TrimArchiveDriver(context: context).run()
        case .validateDestination: try await ValidateDestinationDriver(context: context).run()
        case .readDestinations: try await ReadDestinationsDriver(context: context).run()
        case .signCertificate: try await SignCertificateDriver(context: context).run()
        case .readGraphs: try await ReadGraphsDriver(context: context).run()
        case .probe: try await ProbeDriver(context: context).run()
        }
    }
}
