DROP TRIGGER note_list_change ON helenus.backup_listing;
DROP TRIGGER note_list_change ON helenus.activity_event;
DROP FUNCTION helenus.note_list_change();
DROP TABLE helenus.list_change;
