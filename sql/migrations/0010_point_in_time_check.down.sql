DROP FUNCTION helenus.follow_hosts(text, text);
ALTER TABLE helenus.found_backup
    DROP CONSTRAINT found_backup_tokens_are_listed,
    DROP COLUMN tokens,
    DROP COLUMN written_at;
DROP TABLE helenus.backup_host;
ALTER TABLE helenus.node
    DROP CONSTRAINT node_table_identities_are_an_object,
    DROP COLUMN table_identities;
ALTER TABLE helenus.backup_copy_table DROP COLUMN table_identity;
ALTER TABLE helenus.backup
    DROP CONSTRAINT backup_snapshot_takes_time,
    DROP COLUMN snapshot_began,
    DROP COLUMN snapshot_ended;
