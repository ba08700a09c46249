package import BackupModel

extension RestorePlan {
    /// The plan with the names under which the order has its keyspaces come back. A drill empties
    /// nothing: what it restores into is new.
    ///
    /// - Parameter stagingID: of the restore; a drill's names tell it.
    package func named(by order: RestoreJob, stagingID: String) -> RestorePlan {
        var plan = self
        plan.isDrill = order.isDrill
        plan.rename = order.rename
        if order.isDrill {
            plan.rename = DrillName.names(
                for: Set(tables.map(\.keyspace)).sorted(), id: stagingID)
            plan.truncate = []
        }
        return plan
    }

    /// A table of the backup by its name in the cluster.
    package func renamed(_ table: TableName) -> TableName {
        TableName(keyspace: rename[table.keyspace] ?? table.keyspace, table: table.table)
    }
}
