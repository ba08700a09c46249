import FoundationEssentials
package import Sealing

extension Sealer {
    /// The secret fields of a destination, as the catalog keeps them.
    ///
    /// - Parameter sealed: `nil` where it has none.
    package func secrets(
        ofDestination id: String, in cluster: String, _ sealed: [UInt8]?
    ) throws -> [String: String] {
        guard let sealed else { return [:] }
        let json = try unseal(sealed, for: SealingPlace.destination(cluster: cluster, id: id))
        return try JSONDecoder().decode([String: String].self, from: Data(json))
    }
}
