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
    /// Whether it takes a file only after it was read, as object stores do, which want the hash first.
    package let wantsWholeFiles: Bool
    private let destination: any Destination
    private let layout: RepositoryLayout
    private let index: ObjectIndex?
    private let state = Mutex(State())
    private let turnstile = Turnstile()

    private struct State {
        var hasFailed = false
        var newBytes: [TableName: Int64] = [:]
        /// Acknowledged, and not in the index yet.
        var acknowledged: [IndexedObject] = []
        var group = EarlyGroup()

        mutating func takeAcknowledged() -> [IndexedObject] {
            defer { acknowledged = [] }
            return acknowledged
        }
    }

    /// - Parameter index: takes the names of what a store has acknowledged.
    package init(
        _ destination: any Destination, id: String, layout: RepositoryLayout,
        index: ObjectIndex? = nil
    ) {
        self.destination = destination
        self.id = id
        self.layout = layout
        self.index = index
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

    /// Sends a file that was read.
    ///
    /// - Parameter source: its content. What goes in parts goes alone.
    func send(
        _ source: any ObjectSource, _ file: SSTableCapture.File, of table: TableName
    ) async {
        guard wantsWholeFiles, !state.withLock({ $0.hasFailed }) else { return }
        let content = ObjectContent(sha256: file.hashes.sha256, size: file.hashes.size)
        let store = { @Sendable [destination, name = name(of: file.objectName)] in
            try await destination.store(source, as: name, expecting: content)
        }
        do {
            let outcome =
                content.size > destination.largestWhole
                ? try await turnstile.pass(store) : try await store()
            note(outcome, size: content.size, table)
            if outcome == .stored {
                try await acknowledge(IndexedObject(name: file.objectName, size: content.size))
            }
        } catch {
            giveUp()
        }
    }

    /// What a store says is there already is left to the upload, which looks at its size.
    private func acknowledge(_ object: IndexedObject) async throws {
        let batch = state.withLock { state -> [IndexedObject] in
            state.acknowledged.append(object)
            return state.acknowledged.count < 256 ? [] : state.takeAcknowledged()
        }
        try await index?.add(batch)
    }

    /// The index with all that was acknowledged; `nil` for a destination that failed.
    package func acknowledged() async throws -> ObjectIndex? {
        guard !state.withLock({ $0.hasFailed }) else { return nil }
        try await index?.add(state.withLock { $0.takeAcknowledged() })
        return index
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
