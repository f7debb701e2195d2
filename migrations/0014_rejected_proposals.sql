-- Proposals of meeting reports that somebody rejected: the same report does not make them again. A row is deleted when
-- the rejection is taken back.
CREATE TABLE rejected_proposal (
    id        INTEGER PRIMARY KEY,
    -- A digest of the report, of what identifies the action, and of the words that it was taken from.
    identity  TEXT    NOT NULL UNIQUE,
    -- For people who look at them.
    reference TEXT    NOT NULL,
    asked_of  TEXT    NOT NULL,
    title     TEXT    NOT NULL,
    words     TEXT    NOT NULL,
    form      TEXT    NOT NULL,
    who       TEXT    NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
