REVOKE INSERT ON helenus.pit_segment FROM helenus_executor;
DROP FUNCTION helenus.learn_segments(text, text);
DROP TABLE helenus.found_segment;
