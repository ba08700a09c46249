DROP TRIGGER note_tables ON helenus.node;
DROP FUNCTION helenus.note_tables();
DROP TABLE helenus.table_lifetime;
