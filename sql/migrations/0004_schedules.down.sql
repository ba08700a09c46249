-- Removes what 0005 added.
DROP FUNCTION helenus.begin_backups(jsonb);
DROP FUNCTION helenus.schedule_document(helenus.schedule);
DROP FUNCTION helenus.next_run(date, interval, text, integer, text, timestamptz);
DROP FUNCTION helenus.first_instant(timestamp, text);
DROP FUNCTION helenus.zone_with_summer(text);
DROP FUNCTION helenus.time_zone_named(text);
DROP INDEX helenus.backup_of_schedule;
DROP TABLE helenus.schedule;
