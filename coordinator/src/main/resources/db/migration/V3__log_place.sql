-- Which of how many logs this database is. Written when the set is set up, and never changed: a transaction's log is found by its
-- id and this number alone, so that another order or number of logs would look for decisions where they are not.
CREATE TABLE log_place (
    id        smallint    PRIMARY KEY CHECK (id = 1),
    log_set   uuid        NOT NULL,
    place     integer     NOT NULL,
    places    integer     NOT NULL,
    -- Since when every log of the set has its row; before that nothing is decided.
    sealed_at timestamptz
);
