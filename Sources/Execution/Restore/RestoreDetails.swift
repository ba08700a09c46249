/// What a restore's request keeps in its details besides the progress.
struct RestoreDetails: Encodable {
    var restore: RestoreRun.Report
    /// Missing where the restore was none.
    var drill: DrillProof?
}
