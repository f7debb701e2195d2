-- Corrections that the secretariat sent of letters of before, one row for each letter.
CREATE TABLE correction (
    letter         INTEGER PRIMARY KEY REFERENCES letter (id),
    -- Folded, and as people write them in the labels, as in "reminder".
    reference      TEXT    NOT NULL,
    asked_of       TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    asked_of_label TEXT    NOT NULL,
    recipient_name TEXT    NOT NULL,
    who            TEXT    NOT NULL,
    text           TEXT    NOT NULL,
    at             INTEGER NOT NULL
) STRICT;

CREATE INDEX correction_action ON correction (reference, asked_of);
