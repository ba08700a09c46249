/// The clusters whose rows a transaction may see and write; row-level security holds it to them.
package enum PermittedClusters: Sendable, Hashable {
    /// For what spans clusters: the list of clusters, a request by its id alone, the queue.
    case all
    case these([String])

    /// One cluster only.
    package static func only(_ cluster: String) -> PermittedClusters { .these([cluster]) }

    /// The value of the setting `helenus.clusters`. A text that is no cluster's id, such as `*`, came
    /// from outside and permits nothing.
    var settingText: String {
        switch self {
        case .all: "*"
        case .these(let clusters): clusters.filter(Self.isClusterID).joined(separator: ",")
        }
    }

    /// The rule of the constraint `cluster_id_is_a_word`.
    package static func isClusterID(_ text: String) -> Bool {
        (1...200).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
