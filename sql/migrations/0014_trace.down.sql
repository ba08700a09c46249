ALTER TABLE helenus.job DROP COLUMN trace;
