-- One id from nginx to the agents' logs.

ALTER TABLE helenus.job
    ADD COLUMN trace text NOT NULL DEFAULT COALESCE(current_setting('helenus.trace', true), ''),
    ADD CONSTRAINT job_trace_is_short CHECK (char_length(trace) <= 200);
COMMENT ON COLUMN helenus.job.trace IS
    'The X-Request-ID of the call that asked for it, as its transaction told it; empty where none did.';
