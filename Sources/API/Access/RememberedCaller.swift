package import Catalog
import Postgres
import Statements

/// Who showed a session or token a moment ago, and had a role on a cluster. Whether that still holds is
/// for the database to say, in the transaction of whatever they change.
package struct RememberedCaller: Sendable, Hashable {
    /// The SHA-256 of the session or token.
    let hash: [UInt8]
    package let clusterID: String
    /// The account's.
    package let name: String
    /// The highest of its roles there.
    package let role: Role

    /// The caller with this role, and no other that they may have.
    var caller: Caller {
        Caller(identity: Identity(name: name, roles: [clusterID: role]), clusterID: clusterID)
    }

    /// The statement that lets a transaction see the cluster, or fails with `HL003`: the session or token is
    /// gone or another's, or the account has not this role there, or the cluster is gone.
    ///
    /// - Parameter trace: as with `Connection.transaction(permitting:trace:_:)`.
    func confirmation(trace: String) throws -> BoundStatement {
        try AccessStatement.confirmCaller.bound(
            .bytes(hash), .text(name), .text(role.rawValue), .text(clusterID), .text(trace))
    }
}
