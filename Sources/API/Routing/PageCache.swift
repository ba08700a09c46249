import SCGI

/// The pages that a worker sent of late, to be sent again where nothing has changed them.
///
/// A page is never sent without asking the database whether it still holds (``CachedPage/check``), after
/// it is known who calls: what is saved is to read a hundred rows and to put them together.
package final class PageCache {
    private struct Key: Hashable {
        let clusterID: String
        let query: ClusterQuery
    }

    private struct Entry {
        let page: CachedPage
        let bytes: Int
        let expiry: ContinuousClock.Instant
        var lastUse: UInt64
    }

    /// What an entry takes beside the answer's body, about.
    package static let overhead = 1_024

    private let limit: Int
    private let lifetime: Duration
    private let now: () -> ContinuousClock.Instant
    private var entries: [Key: Entry] = [:]
    private var bytes = 0
    private var uses: UInt64 = 0

    /// - Parameters:
    ///   - limit: bytes of all pages together; one page may take a quarter of them. 0 to keep none.
    ///   - lifetime: for how long one is kept, which is far less than the notes of changes are.
    package init(
        limit: Int, lifetime: Duration = .seconds(60),
        now: @escaping () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.limit = limit
        self.lifetime = lifetime
        self.now = now
    }

    /// The page that may answer this query about the cluster; `nil` where there is none.
    package func page(_ query: ClusterQuery, of clusterID: String) -> CachedPage? {
        let key = Key(clusterID: clusterID, query: query)
        guard let index = entries.index(forKey: key) else { return nil }
        let entry = entries.values[index]
        guard entry.expiry > now() else {
            remove(key)
            return nil
        }
        uses += 1
        entries.values[index].lastUse = uses
        return entry.page
    }

    /// Keeps the answer to this query about the cluster, or forgets the one that was kept where this one
    /// is too large. Those that were not used for longest make room for it.
    package func keep(_ page: CachedPage, for query: ClusterQuery, of clusterID: String) {
        let key = Key(clusterID: clusterID, query: query)
        remove(key)
        guard case .bytes(let body) = page.response.body else { return }
        let size = body.count + Self.overhead
        guard size <= limit / 4 else { return }
        while bytes + size > limit,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            remove(oldest.key)
        }
        uses += 1
        bytes += size
        entries[key] = Entry(page: page, bytes: size, expiry: now() + lifetime, lastUse: uses)
    }

    private func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { bytes -= entry.bytes }
    }
}
