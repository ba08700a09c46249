#include "SQL.h"

#include <stddef.h>

// One array for each file; a new file needs a line in both lists.
#define SQL_FILE(name) static const char name[] =

SQL_FILE(bootstrap) {
#embed "bootstrap.sql" suffix(, 0)
};
SQL_FILE(migration_0001_up) {
#embed "migrations/0001_foundation.up.sql" suffix(, 0)
};
SQL_FILE(migration_0001_down) {
#embed "migrations/0001_foundation.down.sql" suffix(, 0)
};
SQL_FILE(migration_0002_up) {
#embed "migrations/0002_destinations.up.sql" suffix(, 0)
};
SQL_FILE(migration_0002_down) {
#embed "migrations/0002_destinations.down.sql" suffix(, 0)
};
SQL_FILE(migration_0003_up) {
#embed "migrations/0003_drill.up.sql" suffix(, 0)
};
SQL_FILE(migration_0003_down) {
#embed "migrations/0003_drill.down.sql" suffix(, 0)
};
SQL_FILE(migration_0004_up) {
#embed "migrations/0004_schedules.up.sql" suffix(, 0)
};
SQL_FILE(migration_0004_down) {
#embed "migrations/0004_schedules.down.sql" suffix(, 0)
};
SQL_FILE(migration_0005_up) {
#embed "migrations/0005_report.up.sql" suffix(, 0)
};
SQL_FILE(migration_0005_down) {
#embed "migrations/0005_report.down.sql" suffix(, 0)
};
SQL_FILE(migration_0006_up) {
#embed "migrations/0006_access.up.sql" suffix(, 0)
};
SQL_FILE(migration_0006_down) {
#embed "migrations/0006_access.down.sql" suffix(, 0)
};
SQL_FILE(migration_0007_up) {
#embed "migrations/0007_point_in_time.up.sql" suffix(, 0)
};
SQL_FILE(migration_0007_down) {
#embed "migrations/0007_point_in_time.down.sql" suffix(, 0)
};
SQL_FILE(migration_0010_up) {
#embed "migrations/0010_point_in_time_check.up.sql" suffix(, 0)
};
SQL_FILE(migration_0010_down) {
#embed "migrations/0010_point_in_time_check.down.sql" suffix(, 0)
};
SQL_FILE(migration_0011_up) {
#embed "migrations/0011_small_details.up.sql" suffix(, 0)
};
SQL_FILE(migration_0011_down) {
#embed "migrations/0011_small_details.down.sql" suffix(, 0)
};
SQL_FILE(migration_0009_up) {
#embed "migrations/0009_certificates.up.sql" suffix(, 0)
};
SQL_FILE(migration_0009_down) {
#embed "migrations/0009_certificates.down.sql" suffix(, 0)
};
SQL_FILE(queries_sealing) {
#embed "queries/sealing.sql" suffix(, 0)
};
SQL_FILE(migration_0008_up) {
#embed "migrations/0008_limits.up.sql" suffix(, 0)
};
SQL_FILE(migration_0008_down) {
#embed "migrations/0008_limits.down.sql" suffix(, 0)
};
SQL_FILE(queries_limits) {
#embed "queries/limits.sql" suffix(, 0)
};
SQL_FILE(queries_schedules) {
#embed "queries/schedules.sql" suffix(, 0)
};
SQL_FILE(queries_access) {
#embed "queries/access.sql" suffix(, 0)
};
SQL_FILE(queries_archive) {
#embed "queries/archive.sql" suffix(, 0)
};
SQL_FILE(queries_queue) {
#embed "queries/queue.sql" suffix(, 0)
};
SQL_FILE(queries_enrolment) {
#embed "queries/enrolment.sql" suffix(, 0)
};
SQL_FILE(queries_execution) {
#embed "queries/execution.sql" suffix(, 0)
};
SQL_FILE(queries_api) {
#embed "queries/api.sql" suffix(, 0)
};
SQL_FILE(queries_point_in_time_check) {
#embed "queries/point_in_time_check.sql" suffix(, 0)
};
SQL_FILE(migration_0012_up) {
#embed "migrations/0012_metrics.up.sql" suffix(, 0)
};
SQL_FILE(migration_0012_down) {
#embed "migrations/0012_metrics.down.sql" suffix(, 0)
};
SQL_FILE(migration_0013_up) {
#embed "migrations/0013_table_lifetimes.up.sql" suffix(, 0)
};
SQL_FILE(migration_0013_down) {
#embed "migrations/0013_table_lifetimes.down.sql" suffix(, 0)
};
SQL_FILE(migration_0014_up) {
#embed "migrations/0014_trace.up.sql" suffix(, 0)
};
SQL_FILE(migration_0014_down) {
#embed "migrations/0014_trace.down.sql" suffix(, 0)
};
SQL_FILE(migration_0015_up) {
#embed "migrations/0015_visible_migrations.up.sql" suffix(, 0)
};
SQL_FILE(migration_0015_down) {
#embed "migrations/0015_visible_migrations.down.sql" suffix(, 0)
};
SQL_FILE(migration_0016_up) {
#embed "migrations/0016_identify.up.sql" suffix(, 0)
};
SQL_FILE(migration_0016_down) {
#embed "migrations/0016_identify.down.sql" suffix(, 0)
};
SQL_FILE(queries_metrics) {
#embed "queries/metrics.sql" suffix(, 0)
};
SQL_FILE(migration_0017_up) {
#embed "migrations/0017_webhooks.up.sql" suffix(, 0)
};
SQL_FILE(migration_0017_down) {
#embed "migrations/0017_webhooks.down.sql" suffix(, 0)
};
SQL_FILE(migration_0018_up) {
#embed "migrations/0018_queue_speed.up.sql" suffix(, 0)
};
SQL_FILE(migration_0018_down) {
#embed "migrations/0018_queue_speed.down.sql" suffix(, 0)
};
SQL_FILE(migration_0019_up) {
#embed "migrations/0019_fast_calls.up.sql" suffix(, 0)
};
SQL_FILE(migration_0019_down) {
#embed "migrations/0019_fast_calls.down.sql" suffix(, 0)
};
SQL_FILE(migration_0020_up) {
#embed "migrations/0020_found_segments.up.sql" suffix(, 0)
};
SQL_FILE(migration_0020_down) {
#embed "migrations/0020_found_segments.down.sql" suffix(, 0)
};
SQL_FILE(migration_0021_up) {
#embed "migrations/0021_backup_listing.up.sql" suffix(, 0)
};
SQL_FILE(migration_0021_down) {
#embed "migrations/0021_backup_listing.down.sql" suffix(, 0)
};
SQL_FILE(migration_0022_up) {
#embed "migrations/0022_one_message.up.sql" suffix(, 0)
};
SQL_FILE(migration_0022_down) {
#embed "migrations/0022_one_message.down.sql" suffix(, 0)
};
SQL_FILE(migration_0023_up) {
#embed "migrations/0023_identify_reader.up.sql" suffix(, 0)
};
SQL_FILE(migration_0023_down) {
#embed "migrations/0023_identify_reader.down.sql" suffix(, 0)
};
SQL_FILE(migration_0024_up) {
#embed "migrations/0024_list_change.up.sql" suffix(, 0)
};
SQL_FILE(migration_0024_down) {
#embed "migrations/0024_list_change.down.sql" suffix(, 0)
};
SQL_FILE(migration_0025_up) {
#embed "migrations/0025_confirm_caller.up.sql" suffix(, 0)
};
SQL_FILE(migration_0025_down) {
#embed "migrations/0025_confirm_caller.down.sql" suffix(, 0)
};
SQL_FILE(queries_webhooks) {
#embed "queries/webhooks.sql" suffix(, 0)
};
SQL_FILE(queries_migration) {
#embed "queries/migration.sql" suffix(, 0)
};

static const struct helenus_sql_file files[] = {
    {"bootstrap.sql", bootstrap},
    {"migrations/0001_foundation.up.sql", migration_0001_up},
    {"migrations/0001_foundation.down.sql", migration_0001_down},
    {"migrations/0002_destinations.up.sql", migration_0002_up},
    {"migrations/0002_destinations.down.sql", migration_0002_down},
    {"migrations/0003_drill.up.sql", migration_0003_up},
    {"migrations/0003_drill.down.sql", migration_0003_down},
    {"migrations/0004_schedules.up.sql", migration_0004_up},
    {"migrations/0004_schedules.down.sql", migration_0004_down},
    {"migrations/0005_report.up.sql", migration_0005_up},
    {"migrations/0005_report.down.sql", migration_0005_down},
    {"migrations/0006_access.up.sql", migration_0006_up},
    {"migrations/0006_access.down.sql", migration_0006_down},
    {"migrations/0007_point_in_time.up.sql", migration_0007_up},
    {"migrations/0007_point_in_time.down.sql", migration_0007_down},
    {"migrations/0008_limits.up.sql", migration_0008_up},
    {"migrations/0008_limits.down.sql", migration_0008_down},
    {"migrations/0009_certificates.up.sql", migration_0009_up},
    {"migrations/0009_certificates.down.sql", migration_0009_down},
    {"migrations/0010_point_in_time_check.up.sql", migration_0010_up},
    {"migrations/0010_point_in_time_check.down.sql", migration_0010_down},
    {"migrations/0011_small_details.up.sql", migration_0011_up},
    {"migrations/0011_small_details.down.sql", migration_0011_down},
    {"migrations/0012_metrics.up.sql", migration_0012_up},
    {"migrations/0012_metrics.down.sql", migration_0012_down},
    {"migrations/0013_table_lifetimes.up.sql", migration_0013_up},
    {"migrations/0013_table_lifetimes.down.sql", migration_0013_down},
    {"migrations/0014_trace.up.sql", migration_0014_up},
    {"migrations/0014_trace.down.sql", migration_0014_down},
    {"migrations/0015_visible_migrations.up.sql", migration_0015_up},
    {"migrations/0015_visible_migrations.down.sql", migration_0015_down},
    {"migrations/0016_identify.up.sql", migration_0016_up},
    {"migrations/0016_identify.down.sql", migration_0016_down},
    {"migrations/0017_webhooks.up.sql", migration_0017_up},
    {"migrations/0017_webhooks.down.sql", migration_0017_down},
    {"migrations/0018_queue_speed.up.sql", migration_0018_up},
    {"migrations/0018_queue_speed.down.sql", migration_0018_down},
    {"migrations/0019_fast_calls.up.sql", migration_0019_up},
    {"migrations/0019_fast_calls.down.sql", migration_0019_down},
    {"migrations/0020_found_segments.up.sql", migration_0020_up},
    {"migrations/0020_found_segments.down.sql", migration_0020_down},
    {"migrations/0021_backup_listing.up.sql", migration_0021_up},
    {"migrations/0021_backup_listing.down.sql", migration_0021_down},
    {"migrations/0022_one_message.up.sql", migration_0022_up},
    {"migrations/0022_one_message.down.sql", migration_0022_down},
    {"migrations/0023_identify_reader.up.sql", migration_0023_up},
    {"migrations/0023_identify_reader.down.sql", migration_0023_down},
    {"migrations/0024_list_change.up.sql", migration_0024_up},
    {"migrations/0024_list_change.down.sql", migration_0024_down},
    {"migrations/0025_confirm_caller.up.sql", migration_0025_up},
    {"migrations/0025_confirm_caller.down.sql", migration_0025_down},
    {"queries/access.sql", queries_access},
    {"queries/archive.sql", queries_archive},
    {"queries/limits.sql", queries_limits},
    {"queries/sealing.sql", queries_sealing},
    {"queries/metrics.sql", queries_metrics},
    {"queries/webhooks.sql", queries_webhooks},
    {"queries/migration.sql", queries_migration},
    {"queries/queue.sql", queries_queue},
    {"queries/enrolment.sql", queries_enrolment},
    {"queries/execution.sql", queries_execution},
    {"queries/api.sql", queries_api},
    {"queries/schedules.sql", queries_schedules},
    {"queries/point_in_time_check.sql", queries_point_in_time_check},
    {NULL, NULL},
};

const struct helenus_sql_file *helenus_sql_files(void) {
    return files;
}
