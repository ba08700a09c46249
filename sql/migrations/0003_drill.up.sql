-- What a restore drill has proven of a copy.

ALTER TABLE helenus.backup_copy
    ADD COLUMN drill jsonb,
    ADD CONSTRAINT backup_copy_drill_is_an_object
        CHECK (drill IS NULL OR jsonb_typeof(drill) = 'object');
COMMENT ON COLUMN helenus.backup_copy.drill IS
    'The last restore drill: JSON {time, outcome, message, staged, tables}; null where there was none.';
