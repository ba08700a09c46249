/// The clusters whose rows a transaction may see and write; row-level security holds it to them.
package enum PermittedClusters: Sendable, Hashable {
    /// For what spans clusters: the list of clusters, a request by its id alone, the queue.
    case all
    case these([String])

    /// One cluster only.
    package static func only(_ cluster: String) -> PermittedClusters { .these([cluster]) }

    /// The value of the setting `helenus.clusters`. Ids hold no comma.
    var settingText: String {
        switch self {
        case .all: "*"
        case .these(let clusters): clusters.joined(separator: ",")
        }
    }
}
