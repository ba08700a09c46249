DROP FUNCTION helenus.begin_run(text, jsonb);
DROP FUNCTION helenus.check_run(text, text[], text[]);
DROP FUNCTION helenus.identify_reader(bytea, text);
