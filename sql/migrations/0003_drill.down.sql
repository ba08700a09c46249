-- Removes what 0004 added.
ALTER TABLE helenus.backup_copy
    DROP CONSTRAINT backup_copy_drill_is_an_object,
    DROP COLUMN drill;
