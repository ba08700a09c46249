/// Who calls, and the cluster that the path names.
package struct Caller: Sendable, Hashable {
    package let identity: Identity
    /// Its id; `nil` where the path names no cluster, or one that is not there.
    package let clusterID: String?
}
