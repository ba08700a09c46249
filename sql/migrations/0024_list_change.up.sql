-- Workers keep pages of lists that they have sent, and ask whether one still holds before they send it
-- again. A page holds as long as every transaction that changed the cluster's lists had committed when
-- the page was read: so each of them leaves its number here. It takes no lock that another waits for, and
-- it does not matter in which order they commit.
CREATE TABLE helenus.list_change (
    cluster_id text NOT NULL,
    transaction_id xid8 NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT list_change_pkey PRIMARY KEY (cluster_id, transaction_id)
);
COMMENT ON TABLE helenus.list_change IS
    'Which transactions of late have changed what GET backup-activity and GET backups answer of a cluster.';
COMMENT ON COLUMN helenus.list_change.cluster_id IS
    'The cluster. It refers to none, for events outlive their cluster.';
COMMENT ON COLUMN helenus.list_change.transaction_id IS 'The transaction, as pg_current_xact_id tells it.';
COMMENT ON COLUMN helenus.list_change.noted_at IS
    'When the transaction began. Rows of the day before are removed; no page is kept for as long.';

CREATE FUNCTION helenus.note_list_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO helenus.list_change (cluster_id, transaction_id)
    VALUES (
        CASE TG_OP WHEN 'DELETE' THEN OLD.cluster_id ELSE NEW.cluster_id END, pg_current_xact_id())
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION helenus.note_list_change() IS
    'Notes that this transaction changes lists of the cluster.';
CREATE TRIGGER note_list_change AFTER INSERT OR UPDATE OR DELETE ON helenus.activity_event
    FOR EACH ROW EXECUTE FUNCTION helenus.note_list_change();
CREATE TRIGGER note_list_change AFTER INSERT OR UPDATE OR DELETE ON helenus.backup_listing
    FOR EACH ROW EXECUTE FUNCTION helenus.note_list_change();

ALTER TABLE helenus.list_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE helenus.list_change FORCE ROW LEVEL SECURITY;
CREATE POLICY permitted_clusters ON helenus.list_change USING (
    (SELECT helenus.all_clusters_permitted())
    OR cluster_id = ANY ((SELECT helenus.permitted_clusters())::text[]));
GRANT SELECT, INSERT ON helenus.list_change TO helenus_api;
GRANT SELECT, INSERT, DELETE ON helenus.list_change TO helenus_executor;
