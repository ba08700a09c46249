-- Agents' certificates, and what a change of the sealing key has to find.

ALTER TABLE helenus.node
    ADD COLUMN enrolment_id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN certificate_serial text,
    ADD COLUMN certificate_expires_at timestamptz,
    ADD CONSTRAINT node_certificate_is_whole
        CHECK ((certificate_serial IS NULL) = (certificate_expires_at IS NULL));
COMMENT ON COLUMN helenus.node.enrolment_id IS
    'Another one each time the agent joins; it stands in the agent''s certificate, so that those of earlier times hold no more.';
COMMENT ON COLUMN helenus.node.certificate_serial IS
    'Serial number of the agent''s newest certificate, in hexadecimal; null before it has one.';
COMMENT ON COLUMN helenus.node.certificate_expires_at IS 'When that certificate ends.';

GRANT UPDATE (certificate_serial, certificate_expires_at) ON helenus.node TO helenus_executor;

CREATE FUNCTION helenus.sealing_key(sealed bytea) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN octet_length(sealed) > 2 AND octet_length(sealed) > 2 + get_byte(sealed, 1)
    THEN encode(substring(sealed FROM 3 FOR get_byte(sealed, 1)), 'escape') END;
COMMENT ON FUNCTION helenus.sealing_key(bytea) IS
    'The id of the key under which it is sealed; null where it is not sealed at all.';

CREATE VIEW helenus.sealed_value WITH (security_invoker = true) AS
SELECT 'cluster' AS place, cluster.cluster_id, cluster.cluster_id AS id, cluster.sealed_secrets AS sealed
FROM helenus.cluster AS cluster
WHERE cluster.sealed_secrets IS NOT NULL
UNION ALL
SELECT 'destination', destination.cluster_id, destination.id, destination.sealed_secrets
FROM helenus.destination AS destination
WHERE destination.sealed_secrets IS NOT NULL
UNION ALL
SELECT 'job', job.cluster_id, job.id::text, job.sealed_payload
FROM helenus.job AS job
-- The payload of a job that has ended is gone.
WHERE octet_length(job.sealed_payload) > 0
UNION ALL
SELECT 'node', node.cluster_id, node.host_id, node.sealed_executor_secret
FROM helenus.node AS node;
COMMENT ON VIEW helenus.sealed_value IS 'Everything that is sealed, wherever it is kept.';
COMMENT ON COLUMN helenus.sealed_value.place IS 'The table.';
COMMENT ON COLUMN helenus.sealed_value.cluster_id IS 'The cluster whose secret it is.';
COMMENT ON COLUMN helenus.sealed_value.id IS 'The row''s id in its cluster.';
COMMENT ON COLUMN helenus.sealed_value.sealed IS 'The sealed value.';
