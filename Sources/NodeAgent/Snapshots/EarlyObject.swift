import BackupModel
import Destinations

/// A file of which a destination has all bytes, and which has no name there yet.
struct EarlyObject: Sendable {
    var object: any OnePassObject
    var file: SSTableCapture.File
    var table: TableName
}
