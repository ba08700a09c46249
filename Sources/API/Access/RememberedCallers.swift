import Catalog

/// Those who called lately with a session or token, by that and the cluster.
package struct RememberedCallers {
    private struct Key: Hashable {
        let hash: [UInt8]
        let clusterID: String
    }

    private let limit: Int
    private var entries: [Key: RememberedCaller] = [:]

    /// - Parameter limit: how many at most; all are forgotten then.
    package init(limit: Int = 256) {
        self.limit = limit
    }

    /// Who showed this session or token and named this cluster.
    package func caller(hash: [UInt8], clusterID: String) -> RememberedCaller? {
        entries[Key(hash: hash, clusterID: clusterID)]
    }

    /// Notes who the database says showed it; forgets who has no role on the cluster.
    package mutating func note(_ identity: Identity, hash: [UInt8], clusterID: String) {
        guard let role = identity.role(on: clusterID) else {
            return forget(hash: hash, clusterID: clusterID)
        }
        let key = Key(hash: hash, clusterID: clusterID)
        if entries.count >= limit, entries[key] == nil { entries = [:] }
        entries[key] = RememberedCaller(
            hash: hash, clusterID: clusterID, name: identity.name, role: role)
    }

    /// Forgets who showed it.
    package mutating func forget(hash: [UInt8], clusterID: String) {
        entries[Key(hash: hash, clusterID: clusterID)] = nil
    }
}
