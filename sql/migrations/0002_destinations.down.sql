-- Removes what 0002 added.
DROP FUNCTION helenus.follow_destination(text, text, timestamptz);
DROP FUNCTION helenus.copy_sums(text, text, text);
DROP TABLE helenus.found_backup;
DROP INDEX helenus.backup_copy_owed;
ALTER TABLE helenus.backup_copy
    DROP CONSTRAINT backup_copy_problems_are_listed,
    DROP COLUMN origin,
    DROP COLUMN unverified,
    DROP COLUMN sample_part,
    DROP COLUMN retries,
    DROP COLUMN transfer;
COMMENT ON COLUMN helenus.backup_copy.problems IS 'What the last verification found; null for nothing.';
