-- How many payments have changed the account: an auditor compares it with what the log has committed.
ALTER TABLE account ADD COLUMN version bigint NOT NULL DEFAULT 0;
