DROP FUNCTION helenus.confirm_caller(bytea, text, text, text, text);
