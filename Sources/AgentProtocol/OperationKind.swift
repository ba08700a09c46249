/// The kinds of operations that an agent performs; the raw values travel.
package enum OperationKind: String, Sendable, Codable, CaseIterable {
    case runScript = "run_script"
    case takeSnapshot = "take_snapshot"
    case captureSnapshot = "capture_snapshot"
    case clearSnapshot = "clear_snapshot"
    case upload
    case deleteBackup = "delete_backup"
    case verifyBackup = "verify_backup"
    case listBackups = "list_backups"
    case describeBackups = "describe_backups"
    case describeGraphs = "describe_graphs"
    case validateDestination = "validate_destination"
    case inspectRestore = "inspect_restore"
    case applySchema = "apply_schema"
    case stage
    case truncate
    case load
    case loadInPlace = "load_in_place"
    case restartNode = "restart_node"
    case awaitRing = "await_ring"
    case configureArchive = "configure_archive"
    case listSegments = "list_segments"
    case deleteSegments = "delete_segments"
    case inspectReplay = "inspect_replay"
    case fetchSegments = "fetch_segments"
    case placeForReplay = "place_for_replay"
    case startReplay = "start_replay"
    case countRows = "count_rows"
    case dropDrill = "drop_drill"
    case forgetLoaded = "forget_loaded"
    case listLoaded = "list_loaded"
    case clearStaging = "clear_staging"
}
