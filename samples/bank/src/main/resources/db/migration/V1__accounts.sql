-- Amounts are whole cents.
CREATE TABLE account (
    id      text   PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
);

-- One row for each payment that changed an account; the primary key lets a payment do so only once.
CREATE TABLE entry (
    payment text        NOT NULL,
    account text        NOT NULL REFERENCES account,
    amount  bigint      NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment, account)
);
