import Synchronization

/// What a destination remembers between its calls.
final class AzureState: Sendable {
    private let batches = Mutex(true)

    /// Whether the service can delete many blobs with one request, as far as is known.
    var knowsBatches: Bool { batches.withLock { $0 } }

    /// The service cannot delete many blobs with one request.
    func lacksBatches() {
        batches.withLock { $0 = false }
    }
}
