package import BackupModel
package import Destinations
import Synchronization

/// A destination that takes a backup's files in the read that checks and hashes them.
///
/// It is a help and never a hindrance: a destination that fails is not given any more files, and
/// the upload, which sends all that a destination lacks, tells what is wrong with it.
package final class EarlyTarget: Sendable {
    /// The destination's id.
    package let id: String
    /// Whether it takes only files that are small enough to be held in memory, as object stores do,
    /// which want the hash first.
    package let wantsWholeFiles: Bool
    private let destination: any Destination
    private let layout: RepositoryLayout
    private let state = Mutex(State())

    private struct State {
        var hasFailed = false
        var newBytes: [TableName: Int64] = [:]
        var group = EarlyGroup()
    }

    package init(_ destination: any Destination, id: String, layout: RepositoryLayout) {
        self.destination = destination
        self.id = id
        self.layout = layout
        wantsWholeFiles = !(destination is any OnePassDestination)
    }

    /// Bytes that it did not have before, by table.
    package var newBytes: [TableName: Int64] { state.withLock { $0.newBytes } }

    /// A file that is about to be read; `nil` where the destination takes none. Blocks.
    func begin() -> EarlyFile? {
        guard let destination = destination as? any OnePassDestination,
            !state.withLock({ $0.hasFailed })
        else { return nil }
        do {
            return EarlyFile(try destination.begin(), target: self)
        } catch {
            giveUp()
            return nil
        }
    }

    /// Takes a file that was written whole. It gets its name with others, after one flush for all of
    /// them. Blocks.
    func publish(_ object: EarlyObject) {
        publish(state.withLock { $0.group.add(object) })
    }

    /// Publishes the files that still wait for others. Blocks.
    package func finish() {
        publish(state.withLock { $0.group.takeAll() })
    }

    private func publish(_ objects: [EarlyObject]) {
        guard let destination = destination as? any OnePassDestination, let first = objects.first,
            !state.withLock({ $0.hasFailed })
        else { return }
        do {
            // Content first, names second: what has a name is whole.
            if objects.count == 1 {
                try first.object.flush()
            } else {
                try destination.flushObjects()
            }
            for object in objects {
                let outcome = try object.object.publish(as: name(of: object.file.objectName))
                note(outcome, size: object.file.hashes.size, object.table)
            }
        } catch {
            giveUp()
        }
    }

    /// Sends a file that was read into memory.
    func send(_ bytes: [UInt8], _ file: SSTableCapture.File, of table: TableName) async throws {
        guard wantsWholeFiles, !state.withLock({ $0.hasFailed }) else { return }
        let content = ObjectContent(sha256: file.hashes.sha256, size: file.hashes.size)
        do {
            note(
                try await destination.store(
                    BytesSource(bytes), as: name(of: file.objectName), expecting: content),
                size: content.size, table)
        } catch is DestinationError {
            giveUp()
        }
    }

    private func name(of object: String) -> String { layout.object(named: object) }

    private func note(_ outcome: StoreOutcome, size: Int64, _ table: TableName) {
        guard outcome == .stored else { return }
        state.withLock { $0.newBytes[table, default: 0] += size }
    }

    func giveUp() {
        state.withLock { state in
            state.hasFailed = true
            state.group = EarlyGroup()
        }
    }
}
