import AgentProtocol

/// A keyspace that backed up tables come back into under another name. Pure.
///
/// It is new, or holds nothing but tables of this restore: an attempt that goes on finds those. Any
/// other table tells that the keyspace is somebody's, and a name was mistaken for another.
struct RenameTarget {
    /// Its name in the backup.
    let old: String
    let new: String

    /// - Parameters:
    ///   - live: what there is of it now; empty where there is no such keyspace.
    ///   - wanted: names of the tables that are to be restored.
    /// - Throws: `OperationFailure` of code `conflict` that names the first other table.
    func check(live: [CQLStatement], wanted: Set<String>) throws(OperationFailure) {
        let others = live.filter { $0.kind == .table && !wanted.contains($0.name) }.map(\.name)
        guard let first = others.min() else { return }
        throw OperationFailure(
            code: .conflict, object: new,
            message: "rename.\(old): the keyspace \(new) is there and holds the table \(first), "
                + "which is not of this restore; name a keyspace that is not there.")
    }
}
