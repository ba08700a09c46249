DROP TRIGGER list_backup_changed ON helenus.backup;
DROP TRIGGER list_copy_removed ON helenus.backup_copy;
DROP TRIGGER list_copy_changed ON helenus.backup_copy;
DROP TRIGGER list_copy_made ON helenus.backup_copy;
DROP FUNCTION helenus.list_backup();
DROP TABLE helenus.backup_listing;
DROP FUNCTION helenus.backup_document(text, text, timestamptz, text, text, text);
