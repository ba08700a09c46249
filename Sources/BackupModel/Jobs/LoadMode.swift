/// How staged files get into the cluster.
package enum LoadMode: String, Sendable, Codable, CaseIterable {
    /// By sstableloader, into any topology.
    case sstableloader
    /// Into the data directories of the very nodes that wrote them; needs truncate.
    case inPlace = "in_place"
}
