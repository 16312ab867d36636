CREATE TABLE decision (
    gtrid      uuid        PRIMARY KEY,
    outcome    smallint    NOT NULL,
    batch      uuid        NOT NULL,
    decided_at timestamptz NOT NULL,
    detail     bytea       NOT NULL
);

CREATE TABLE unfinished (
    batch      uuid        PRIMARY KEY,
    gtrids     uuid[]      NOT NULL,
    written_at timestamptz NOT NULL
);

CREATE TABLE intent (
    gtrid       uuid        PRIMARY KEY,
    details     bytea[]     NOT NULL,
    deadline_at timestamptz NOT NULL
);

CREATE TABLE heuristic (
    gtrid               uuid        NOT NULL,
    participant         text        NOT NULL,
    bqual               text        NOT NULL,
    decision            smallint    NOT NULL,
    kind                text        NOT NULL,
    detail              text        NOT NULL,
    detected_at         timestamptz NOT NULL,
    acknowledged_at     timestamptz,
    acknowledged_by     text,
    acknowledged_reason text,
    PRIMARY KEY (gtrid, participant, bqual)
);

CREATE TABLE operator_action (
    id     uuid        PRIMARY KEY,
    gtrid  uuid        NOT NULL,
    action text        NOT NULL,
    by     text        NOT NULL,
    reason text        NOT NULL,
    at     timestamptz NOT NULL
);

CREATE TABLE floor (
    id        smallint    PRIMARY KEY CHECK (id = 1),
    gtrid     uuid        NOT NULL,
    raised_at timestamptz NOT NULL
);
INSERT INTO floor VALUES (1, '00000000-0000-0000-0000-000000000000', now());

CREATE TABLE barrier (
    id      smallint PRIMARY KEY CHECK (id = 1),
    touched bigint   NOT NULL
);
INSERT INTO barrier VALUES (1, 0);
