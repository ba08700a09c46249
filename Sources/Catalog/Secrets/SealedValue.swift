import Postgres
import Sealing

/// Something that is sealed, and where it is kept.
struct SealedValue {
    /// The tables that hold such values.
    enum Place: String {
        case cluster, destination, job, node, webhook
    }

    let place: Place
    let clusterID: String
    let id: String
    let sealed: [UInt8]

    init(_ row: Row) throws {
        let name = try row.text(0)
        guard let place = Place(rawValue: name) else {
            throw PostgresError(
                sqlstate: "", message: "this program knows no sealed values in \(name)")
        }
        self.place = place
        clusterID = try row.text(1)
        id = try row.text(2)
        sealed = try row.optionalBytes(3) ?? []
    }

    /// For what it is sealed.
    var context: String {
        switch place {
        case .cluster: SealingPlace.cluster(clusterID)
        case .destination: SealingPlace.destination(cluster: clusterID, id: id)
        case .job: SealingPlace.job(cluster: clusterID)
        case .node: SealingPlace.agent(cluster: clusterID, host: id)
        case .webhook: SealingPlace.webhook(cluster: clusterID, id: id)
        }
    }

    /// Puts another sealing of the same secret in its place, unless it was changed meanwhile;
    /// answers whether it did.
    func replace(with new: [UInt8], _ connection: Connection) throws -> Bool {
        let statement: SealingStatement =
            switch place {
            case .cluster: .putCluster
            case .destination: .putDestination
            case .job: .putJob
            case .node: .putNode
            case .webhook: .putWebhook
            }
        return try connection.run(
            statement, .text(clusterID), .text(id), .bytes(sealed), .bytes(new)
        ).affected == 1
    }
}
