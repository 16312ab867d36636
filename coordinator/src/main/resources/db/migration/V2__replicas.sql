-- Who wrote a batch: as long as that replica is alive, others leave its fresh transactions to it.
ALTER TABLE unfinished ADD COLUMN writer uuid;

-- Who takes part. For speed and duty only; nothing here decides an outcome.
CREATE TABLE replica (
    id          text        PRIMARY KEY,
    incarnation uuid        NOT NULL,
    url         text        NOT NULL,
    duty        smallint    NOT NULL,
    renewed_at  timestamptz NOT NULL
);
