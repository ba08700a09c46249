/// Every call that there is, and the least role that it takes. Fixed words stand before names, and
/// the first that fits answers.
package enum Routes {
    package static var all: [Route] {
        [
            Route("GET", "healthz", .nobody, Health.live),
            Route("GET", "readyz", .nobody, Health.ready),
            Route("GET", "openapi.json", .nobody, Meta.description),
            Route("GET", "metrics", .viewerOfAll, Metrics.show),

            Route("POST", "login", .nobody, Login.login),
            Route("GET", "login", .nobody, Login.login),
            Route("GET", "logout", .nobody, Login.logout),
            Route("GET", "users", .adminOfAll, Users.list),
            Route("GET", "users/{name}", .account, Users.show),
            Route("POST", "users/{name}", .adminOfAll, Users.add),
            Route("PUT", "users/{name}", .account, Users.change),
            Route("DELETE", "users/{name}", .adminOfAll, Users.remove),
            Route("GET", "tokens", .account, Tokens.list),
            Route("POST", "tokens", .account, Tokens.issue),
            Route("DELETE", "tokens/{id}", .account, Tokens.revoke),
            Route("GET", "audit", .admin, AuditLog.list),
            Route("GET", "meta/timezones", .account, Meta.timeZones),

            Route("GET", "cluster-configs", .viewer, ClusterConfigs.list),
            Route("POST", "cluster-configs", .adminOfAll, ClusterConfigs.add),
            Route("GET", "cluster-configs/{cluster}", .viewer, ClusterConfigs.show),
            Route("PUT", "cluster-configs/{cluster}", .admin, ClusterConfigs.replace),
            Route("PUT", "cluster-configs/{cluster}/partial", .admin, ClusterConfigs.merge),
            Route("DELETE", "cluster-configs/{cluster}", .adminOfAll, ClusterConfigs.remove),
            Route("GET", "cluster-configs/{cluster}/limits", .viewer, ClusterLimits.show),
            Route("PUT", "cluster-configs/{cluster}/limits", .adminOfAll, ClusterLimits.put),

            Route("GET", "request/{request}/status", .viewer, Requests.showAnywhere),
            Route("POST", "request/{request}/cancel", .operator, Requests.cancelAnywhere),
            Route("GET", "{cluster}/request/{request}/status", .viewer, Requests.show),
            Route("POST", "{cluster}/request/{request}/cancel", .operator, Requests.cancel),
            Route("GET", "{cluster}/requests", .viewer, Requests.list),

            Route("GET", "{cluster}/nodes", .viewer, Nodes.list),
            Route("GET", "{cluster}/nodes/all/last_seen", .viewer, Nodes.lastSeen),
            Route("GET", "{cluster}/nodes/all/dc", .viewer, Nodes.datacenters),
            Route("GET", "{cluster}/probe", .viewer, Probe.ask),
            Route("GET", "{cluster}/storage-capacity", .viewer, Nodes.storageCapacity),
            Route("GET", "{cluster}/keyspaces", .viewer, Nodes.keyspaces),
            Route("GET", "{cluster}/keyspaces/{keyspace}", .viewer, Nodes.keyspace),
            Route("GET", "{cluster}/agents", .viewer, Nodes.agents),
            Route("POST", "{cluster}/agents", .agent, Agents.enroll),
            Route("PUT", "{cluster}/agents/{host}", .agent, Agents.report),
            Route("POST", "{cluster}/agents/{host}/certificate", .agent, Agents.certify),
            Route("GET", "{cluster}/agents/{host}/archive", .agent, AgentArchive.order),
            Route("POST", "{cluster}/agents/{host}/segments", .agent, AgentArchive.report),

            Route(
                "GET", "{cluster}/backup-activity", .viewer, read: BackupActivity.read,
                BackupActivity.list),
            Route(
                "GET", "{cluster}/backup-activity/full_status", .viewer, BackupActivity.fullStatus),

            Route(
                "GET", "{cluster}/backups/destinations", .viewer, read: Destinations.read,
                Destinations.list),
            Route("POST", "{cluster}/backups/destinations", .operator, Destinations.add),
            Route(
                "GET", "{cluster}/backups/destinations/{destination}", .viewer, Destinations.show),
            Route(
                "DELETE", "{cluster}/backups/destinations/{destination}", .operator,
                Destinations.remove),

            Route("GET", "{cluster}/backups/pit", .viewer, CommitLogArchiving.show),
            Route("POST", "{cluster}/backups/pit", .operator, CommitLogArchiving.enable),
            Route("DELETE", "{cluster}/backups/pit", .operator, CommitLogArchiving.disable),
            Route("GET", "{cluster}/backups/pit/logs", .viewer, CommitLogArchiving.logs),

            Route("POST", "{cluster}/backups/run", .operator, change: RunBackup.change),
            Route("POST", "{cluster}/backups/sync", .operator, SyncBackup.sync),
            Route("POST", "{cluster}/backups/verify", .operator, VerifyBackup.verify),
            Route(
                "GET", "{cluster}/backups", .viewer, read: ListBackups.read, ListBackups.list),
            Route("DELETE", "{cluster}/backups", .operator, DeleteBackup.delete),
            Route("POST", "{cluster}/backups/restore/{tag}", .operator, RestoreBackup.all),
            Route(
                "POST", "{cluster}/backups/restore/{tag}/{keyspace}", .operator,
                RestoreBackup.keyspace),
            Route(
                "POST", "{cluster}/backups/restore/{tag}/{keyspace}/{table}", .operator,
                RestoreBackup.table),
            Route(
                "POST", "{cluster}/backups/pit_check", .operator, PointInTimeRestore.check),
            Route("POST", "{cluster}/backups/pit/run", .operator, PointInTimeRestore.run),
            Route(
                "GET", "{cluster}/backups/graphs/{tag}/{destination}", .viewer, ListGraphs.list),
            Route("GET", "{cluster}/backups/{keyspace}", .viewer, ListBackups.list),

            Route("GET", "{cluster}/job-schedules", .viewer, Schedules.list),
            Route("POST", "{cluster}/job-schedules", .operator, Schedules.add),
            Route("GET", "{cluster}/job-schedules/{schedule}", .viewer, Schedules.show),
            Route("PUT", "{cluster}/job-schedules/{schedule}", .operator, Schedules.change),
            Route("DELETE", "{cluster}/job-schedules/{schedule}", .operator, Schedules.remove),
            Route(
                "GET", "{cluster}/job-schedules/{schedule}/retention", .viewer,
                ScheduleRetention.review),

            Route("GET", "{cluster}/webhooks", .viewer, Webhooks.list),
            Route("POST", "{cluster}/webhooks", .operator, Webhooks.add),
            Route("GET", "{cluster}/webhooks/{webhook}", .viewer, Webhooks.show),
            Route("PUT", "{cluster}/webhooks/{webhook}", .operator, Webhooks.change),
            Route("DELETE", "{cluster}/webhooks/{webhook}", .operator, Webhooks.remove),
            Route("POST", "{cluster}/webhooks/{webhook}/test", .operator, Webhooks.test),
        ]
    }
}
