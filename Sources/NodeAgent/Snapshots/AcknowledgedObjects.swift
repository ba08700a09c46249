import BackupModel
import Destinations
import Synchronization

/// What stores have acknowledged while the snapshot of a run was captured, so that its upload need not
/// ask for it. In memory and of one snapshot only: an agent that was started again asks.
final class AcknowledgedObjects: Sendable {
    private struct State {
        var tag: BackupTag?
        var indexes: [DestinationDescription: ObjectIndex] = [:]
    }

    private let state = Mutex(State())

    /// Forgets those of any other snapshot.
    func keep(_ indexes: [DestinationDescription: ObjectIndex], of tag: BackupTag) {
        state.withLock { $0 = State(tag: tag, indexes: indexes) }
    }

    /// Those of a snapshot on a destination, once; `nil` where nothing is known.
    func take(_ destination: DestinationDescription, of tag: BackupTag) -> ObjectIndex? {
        state.withLock { state in
            state.tag == tag ? state.indexes.removeValue(forKey: destination) : nil
        }
    }
}
