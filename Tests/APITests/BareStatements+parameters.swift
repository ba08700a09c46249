import Postgres

extension BareStatements {
    /// With what each statement is run that compares a cluster's id, or calls a function that does:
    /// with what both clusters have.
    static let parameters: [String: [Parameter]] = [
        "access_audit_list": [own, .null, .null, .null, "100"],

        "api_cluster_show": [own],
        "api_cluster_put": [own, "{}", #"\x02"#],
        "api_cluster_remove": [own],
        "api_node_enrolment": [own, "h", #"\x01"#],
        "api_node_report": [
            own, "h", #"\x01"#,
            """
            {"address": "a", "agent_url": "u", "datacenter": "", "rack": "", "tokens": [],
            "partitioner": "", "schema_version": "", "cassandra_version": "", "agent_version": "",
            "node_state": "up", "data_directories": [], "free_bytes": 1, "total_bytes": 1,
            "used_bytes": 1, "staging_free_bytes": 1, "keyspaces": {},
            "table_identities": {"of": {"new": "x"}}}
            """,
        ],
        "api_node_list": [own],
        "api_node_last_seen": [own],
        "api_node_datacenters": [own],
        "api_storage_capacity": [own],
        "api_node_keyspace": [own, "k"],
        "api_nodes_away": [own],
        "api_node_keyspaces": [own],
        "api_check_run": [own, "{d}", "{foreign}"],
        "api_node_agents": [own],
        "api_destination_list": [own],
        "api_destination_show": [own, "d"],
        "api_destination_secrets": [own, "d"],
        "api_destination_at": [own, "local:/d"],
        "api_destination_nested": [own, "local:", "x"],
        "api_destination_hold": [own, "{d}"],
        "api_destination_lock": [own, "d"],
        "api_destination_in_use": [own, "foreign"],
        "api_destination_schedules": [own, "d"],
        "api_destination_remove": [own, "d"],
        "api_request_show": [request],
        "api_request_exists": [own, request],
        "api_request_list": [own, .null, .null, "100"],
        "api_begin_run": [
            own, #"{"destinations": {"d": {}}, "selection": {"keyspaces": {}}}"#,
        ],
        "api_event_add": [own, "0", "w", "restore", "d", request, "{}"],
        "api_activity_of_backup": [own, "t", .null],
        "api_activity": [own, .null, .null, "f", "f", .null, .null, "100"],
        "api_activity_reverse": [own, .null, .null, "f", "f", .null, .null, "100"],
        "api_lists_unchanged": [own, "8000000000:8000000000:"],
        "api_full_status": [own, "1577836800", "t", "backup", "d"],
        "api_backups": [own, .null, .null, "100"],
        "api_backups_filtered": [own, .null, .null, "100", "d", .null],
        "api_copy_listed": [own, "t", "d"],
        "api_lock_backup": [own, "t"],
        "api_event_time": [own, "t", "delete", "{d}"],

        "archive_configuration": [own],
        "archive_show": [own],
        "archive_disable": [own, "0", "f", request],
        "archive_stamp": [own],
        "archive_targets": [own],
        "archive_known_sequence": [own, "h"],
        "archive_agent_holds": [own, "h", #"\x01"#],
        "archive_logs": [own, .null],
        "archive_behind": [],
        "archive_note_request": [own, request],
        "archive_trim_due": [.null],
        "archive_surplus": [own, "10"],
        "archive_forget_tables": [],
        "archive_delete_segments": [own, "h", "d", "{1}"],

        "enrolment_token_use": [own, #"\x01"#, "h"],
        "enrolment_revoke": [own, "h"],

        "execution_cluster_name": [own],
        "execution_nodes": [own],
        "execution_agent": [own, "h"],
        "execution_put_certificate": [own, "h", enrolment, "0a", "0"],
        "execution_destination": [own, "d"],
        "execution_remove_destination": [own, "unused"],
        "execution_finish_copy": [own, "t", "d", "success", .null, "t", "1"],
        "execution_abandon_copy": [own, "v", "d", "error", .null],
        "execution_abandon_copies": [own, request, "m"],
        "execution_abandon_events": [own, request, "m"],
        "execution_put_drill": [own, "t", "d", "{}"],
        "execution_begin_snapshot": [own, "t"],
        "execution_end_snapshot": [own, "t"],
        "execution_copy_tables": [own, "t", "d"],
        "execution_copy_is_listed": [own, "t", "d"],
        "execution_delete_copy": [own, "t", "d"],
        "execution_mark_event_deleted": [own, "t", "d"],
        "execution_finish_event": [own, request, "d", "sync", "success", .null],
        "execution_finish_request": [own, request, "success", "m"],
        "execution_add_details": [own, restore, "{}"],
        "execution_ring": [own],
        "execution_replication": [own],
        "execution_clear_progress": [own, request],
        "execution_copy_state": [own, "t", "d"],
        "execution_copy_hosts": [own, "t", "d"],
        "execution_owed_copies": [own, "5", .null, .null],
        "execution_failed_destinations": [own, failed],
        "execution_copy_retries": [own, "u", "d"],
        "execution_lock_backup": [own, "t"],
        "execution_begin_sync": [own, "u", "d"],
        "execution_sample_part": [own, "t", "d"],
        "execution_finish_verification": [own, "t", "d", "full", .null, "0", .null],
        "execution_destinations": [own, .null],
        "execution_see_parts": [
            own, "d", "2100-01-01 00:00Z", #"[{"host_id": "h", "tag": "f", "manifest_bytes": 1}]"#,
        ],
        "execution_follow_destination": [own, "d", "2000-01-01 00:00Z"],
        "execution_follow_hosts": [own, "d"],
        "execution_forget_segments": [own, "unused"],
        "execution_unarchived_hosts": [own, "unused"],
        "execution_learn_segments": [own, "unused"],

        "limit_show": [own],

        "pit_is_enabled": [own],
        "pit_candidates": [own, "d", "4000000000"],
        "pit_nodes": [own],
        "pit_schema": [own],
        "pit_copy_hosts": [own, "t", "d"],
        "pit_copy_tables": [own, "t", "d"],
        "pit_gone_tables": [own, "0"],
        "pit_archives": [own, "d", "1575331200", "1575417600"],
        "pit_segments": [own, "h", "d", "1", "9", "9"],
        "pit_segments_size": [own, "h", "d", "1", "9"],
        "pit_note_problem": [own, "h", "d", "s1", "p"],
        "pit_last_restore": [own],

        "metrics_backups": [],
        "metrics_nodes": [],
        "metrics_queue": [],
        "metrics_transfers": [],

        "job_claim": ["executor", "60", "10", "{sync}", "0"],
        "job_finish": [
            "{two}", .text("{\(TwinClusters.leased)}"), "{1}", "{succeeded}", "{NULL}", "{NULL}",
        ],
        "job_cancel": [own, request],
        "job_result": [own, ended],

        "schedule_list": [own],
        "schedule_show": [own, schedule],
        "schedule_put": [
            own, schedule, "2020-01-01", "02:30", "UTC", "1", "days", "{}", "{}", "{}",
        ],
        "schedule_remove": [own, schedule],
        "schedule_fire": ["10"],
        "schedule_retention_rules": [own, schedule],
        "schedule_copies": [own, schedule],
        "schedule_retention_lock": [own, schedule],
        "schedule_begin_deletion": [own, "t", "d"],

        "sealing_put_cluster": [own, own, #"\x00"#, #"\x02"#],
        "sealing_put_destination": [own, "d", #"\x00"#, #"\x02"#],
        "sealing_put_job": [own, job, #"\x00"#, #"\x02"#],
        "sealing_put_node": [own, "h", #"\x00"#, #"\x02"#],
        "sealing_put_webhook": [own, webhook, #"\x00"#, #"\x02"#],

        "webhook_list": [own],
        "webhook_show": [own, webhook],
        "webhook_count": [own],
        "webhook_put": [own, webhook, "https://x", "", "{backup.late}", "0", "f", .null],
        "webhook_remove": [own, webhook],
        "webhook_test": [own, webhook],
        "webhook_give_up": [own, webhook, "m"],
        "webhook_claim": ["60", "10", "4"],
        "webhook_note_attempt": [own, message, "0", "delivered", "200", .null, "0"],
        "webhook_disable": [own, webhook, "m"],
        "webhook_note_late": [],
        "webhook_prune": ["30"],
    ]

    /// Those that cannot be run so, and why.
    static let excused: [String: String] = [
        "access_role_add":
            "Accounts are no cluster's: only who is permitted all clusters sees them.",
        "limit_take_requests":
            "The counters of calls are no cluster's: only who is permitted all clusters counts.",
        "sealing_batch": "Walks over all clusters, by order of their ids and not by equality.",
    ]

    /// The functions of triggers, each with a statement that fires it.
    static let triggers: [String: (statement: String, parameters: [Parameter])] = [
        "helenus.count_job": ("job_cancel", [own, request]),
        "helenus.note_backup_time": (
            "execution_finish_copy", [own, "u", "d", "success", .null, "t", "1"]
        ),
        "helenus.note_good_copy": ("execution_delete_copy", [own, "t", "d"]),
        "helenus.note_predecessor": (
            "archive_add_segments",
            [
                own, "h",
                """
                [{"destination_id": "d", "sequence": 4, "name": "s4", "first_write": 1575500000,
                "last_write": 1575500001, "bytes": 1, "stored_bytes": 1, "sha256":
                "0000000000000000000000000000000000000000000000000000000000000000",
                "compressed": false, "version": "", "outcome": "stored", "stored_at": 1}]
                """,
            ]
        ),
        "helenus.note_tables": ("api_node_report", parameters["api_node_report"]!),
        "helenus.tell_backup_end": ("execution_finish_request", [own, ending, "error", "m"]),
    ]

    private static let own: Parameter = "two"
    private static let request = Parameter.text(TwinClusters.request)
    private static let restore = Parameter.text(TwinClusters.restore)
    private static let failed = Parameter.text(TwinClusters.failed)
    private static let ending = Parameter.text(TwinClusters.ending)
    private static let job = Parameter.text(TwinClusters.job)
    private static let ended = Parameter.text(TwinClusters.ended)
    private static let schedule = Parameter.text(TwinClusters.schedule)
    private static let webhook = Parameter.text(TwinClusters.webhook)
    private static let message = Parameter.text(TwinClusters.message)
    private static let enrolment = Parameter.text(TwinClusters.enrolment)
}
