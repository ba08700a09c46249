import BackupModel
import Destinations

/// A file on its way to one destination while it is read for its hash. Used by one thread.
final class EarlyFile {
    private var object: (any OnePassObject)?
    private let target: EarlyTarget

    init(_ object: any OnePassObject, target: EarlyTarget) {
        self.object = object
        self.target = target
    }

    /// Passes the next bytes on, as long as the destination takes them.
    func append(_ bytes: UnsafeRawBufferPointer) {
        do {
            try object?.append(bytes)
        } catch {
            giveUp()
        }
    }

    /// Stores the file under the name that its content has turned out to have.
    func publish(_ file: SSTableCapture.File, of table: TableName) {
        guard let object else { return }
        target.publish(EarlyObject(object: object, file: file, table: table))
    }

    private func giveUp() {
        object = nil
        target.giveUp()
    }
}
