-- Removes what 0009 added.
DROP VIEW helenus.sealed_value;
DROP FUNCTION helenus.sealing_key(bytea);
REVOKE UPDATE (certificate_serial, certificate_expires_at) ON helenus.node FROM helenus_executor;
ALTER TABLE helenus.node
    DROP CONSTRAINT node_certificate_is_whole,
    DROP COLUMN certificate_expires_at,
    DROP COLUMN certificate_serial,
    DROP COLUMN enrolment_id;
