-- Removes what 0007 added.
COMMENT ON COLUMN helenus.audit_log.outcome IS 'The HTTP status that was answered.';
COMMENT ON COLUMN helenus.audit_log.cluster_id IS 'The cluster it was about.';
DROP INDEX helenus.audit_log_newest_of_all;
DROP TRIGGER cluster_removed ON helenus.cluster;
DROP FUNCTION helenus.drop_roles_of_cluster();
DROP FUNCTION helenus.has_accounts();
DROP FUNCTION helenus.begin_login(text, bytea, bytea, text);
DROP FUNCTION helenus.identify(bytea, text);
DROP FUNCTION helenus.roles_of(text);
DROP TABLE helenus.login_failure;
DROP TABLE helenus.credential;
DROP TABLE helenus.account_role;
DROP TABLE helenus.account;
