/// Every call that there is. Fixed words stand before names, and the first that fits answers.
package enum Routes {
    package static var all: [Route] {
        [
            Route("GET", "healthz", Health.live),
            Route("GET", "readyz", Health.ready),

            Route("GET", "cluster-configs", ClusterConfigs.list),
            Route("POST", "cluster-configs", ClusterConfigs.add),
            Route("GET", "cluster-configs/{cluster}", ClusterConfigs.show),
            Route("PUT", "cluster-configs/{cluster}", ClusterConfigs.replace),
            Route("PUT", "cluster-configs/{cluster}/partial", ClusterConfigs.merge),
            Route("DELETE", "cluster-configs/{cluster}", ClusterConfigs.remove),

            Route("GET", "request/{request}/status", Requests.showAnywhere),
            Route("POST", "request/{request}/cancel", Requests.cancelAnywhere),
            Route("GET", "{cluster}/request/{request}/status", Requests.show),
            Route("POST", "{cluster}/request/{request}/cancel", Requests.cancel),
            Route("GET", "{cluster}/requests", Requests.list),

            Route("GET", "{cluster}/nodes", Nodes.list),
            Route("GET", "{cluster}/nodes/all/last_seen", Nodes.lastSeen),
            Route("GET", "{cluster}/nodes/all/dc", Nodes.datacenters),
            Route("GET", "{cluster}/storage-capacity", Nodes.storageCapacity),
            Route("GET", "{cluster}/keyspaces", Nodes.keyspaces),
            Route("GET", "{cluster}/keyspaces/{keyspace}", Nodes.keyspace),
            Route("GET", "{cluster}/agents", Nodes.agents),
            Route("POST", "{cluster}/agents", Agents.enroll),
            Route("PUT", "{cluster}/agents/{host}", Agents.report),

            Route("GET", "{cluster}/backup-activity", BackupActivity.list),
            Route("GET", "{cluster}/backup-activity/full_status", BackupActivity.fullStatus),

            Route("GET", "{cluster}/backups/destinations", Destinations.list),
            Route("POST", "{cluster}/backups/destinations", Destinations.add),
            Route("GET", "{cluster}/backups/destinations/{destination}", Destinations.show),
            Route("DELETE", "{cluster}/backups/destinations/{destination}", Destinations.remove),

            Route("POST", "{cluster}/backups/run", RunBackup.run),
            Route("POST", "{cluster}/backups/sync", SyncBackup.sync),
            Route("POST", "{cluster}/backups/verify", VerifyBackup.verify),
            Route("GET", "{cluster}/backups", ListBackups.list),
            Route("DELETE", "{cluster}/backups", DeleteBackup.delete),
            Route("POST", "{cluster}/backups/restore/{tag}", RestoreBackup.all),
            Route("POST", "{cluster}/backups/restore/{tag}/{keyspace}", RestoreBackup.keyspace),
            Route(
                "POST", "{cluster}/backups/restore/{tag}/{keyspace}/{table}", RestoreBackup.table),
            Route("GET", "{cluster}/backups/{keyspace}", ListBackups.list),

            Route("GET", "{cluster}/job-schedules", Schedules.list),
            Route("POST", "{cluster}/job-schedules", Schedules.add),
            Route("GET", "{cluster}/job-schedules/{schedule}", Schedules.show),
            Route("PUT", "{cluster}/job-schedules/{schedule}", Schedules.change),
            Route("DELETE", "{cluster}/job-schedules/{schedule}", Schedules.remove),
            Route("GET", "{cluster}/job-schedules/{schedule}/retention", ScheduleRetention.review),
        ]
    }
}
