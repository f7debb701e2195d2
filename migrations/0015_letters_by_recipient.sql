-- A letter is found by its recipient and its key, which is made from the recipient too: the same letter is the same row,
-- as before. The key alone is a hash, and stands anywhere in an index; a mailing goes from recipient to recipient, so
-- that the entries of letters that are written together stand together, and a commit writes a third of the pages less.
--
-- SQLite cannot take UNIQUE off a column: the table is built anew. What refers to it is looked at when all is done.
PRAGMA defer_foreign_keys = ON;

CREATE TABLE letter_kept AS SELECT * FROM letter;
DROP TABLE letter;

-- Finished letters, one row for each letter and recipient, kept after they are settled.
CREATE TABLE letter (
    id            INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    recipient     TEXT    NOT NULL,
    envelope_from TEXT    NOT NULL,
    envelope_to   TEXT    NOT NULL,
    message_id    TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    planned_for   INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    -- The earliest next claim. Only letters that can be claimed have one.
    next_attempt  INTEGER,
    -- The number of the last attempt; 0 before the first.
    attempts      INTEGER NOT NULL DEFAULT 0,
    -- How many attempts pushed the back-off further: those that were not the server's trouble.
    pushes        INTEGER NOT NULL DEFAULT 0,
    -- When it left the outbox for good, as far as is known.
    settled       INTEGER,
    -- What a person, or rappel itself, said about its state.
    note          TEXT,
    -- From when on it counts as tried: the start of its first attempt that reached a server.
    tried_from    INTEGER,
    -- Not IN (...): SQLite would build a table of the words for every change of a row.
    CHECK (CASE state
        WHEN 'queued'    THEN next_attempt IS NOT NULL AND settled IS NULL
        WHEN 'sending'   THEN next_attempt IS NOT NULL AND settled IS NULL
        WHEN 'unknown'   THEN next_attempt IS NOT NULL AND settled IS NULL
        WHEN 'held'      THEN next_attempt IS NULL AND settled IS NULL
        WHEN 'accepted'  THEN next_attempt IS NULL AND settled IS NOT NULL
        WHEN 'refused'   THEN next_attempt IS NULL AND settled IS NOT NULL
        WHEN 'expired'   THEN next_attempt IS NULL AND settled IS NOT NULL
        WHEN 'withdrawn' THEN next_attempt IS NULL AND settled IS NOT NULL
        ELSE false END)
) STRICT;

INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, planned_for,
                    created, next_attempt, attempts, pushes, settled, note, tried_from)
SELECT id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, planned_for,
       created, next_attempt, attempts, pushes, settled, note, tried_from
FROM letter_kept ORDER BY id;

DROP TABLE letter_kept;

CREATE UNIQUE INDEX letter_of_recipient ON letter (recipient, key);
CREATE INDEX letter_due ON letter (next_attempt, id) WHERE next_attempt IS NOT NULL AND state <> 'sending';
CREATE INDEX letter_sending ON letter (next_attempt, id) WHERE state = 'sending';
CREATE INDEX letter_held ON letter (id) WHERE state = 'held';
CREATE INDEX letter_failed ON letter (settled) WHERE state IN ('refused', 'expired');
