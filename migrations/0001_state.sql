-- The state of rappel, version 1.
--
-- Instants are INTEGER microseconds since 1970-01-01T00:00:00Z, days are ISO 8601 text. Every
-- instant is handed in by the program: no statement reads a clock, a host name or a process id.

-- When the state was created. One row.
CREATE TABLE origin (
    created INTEGER NOT NULL
) STRICT;

-- Finished letters, one row for each letter and recipient, kept after they are settled.
CREATE TABLE letter (
    id            INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL UNIQUE,
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

-- What is due: as large as the outbox, whatever the number of settled letters.
CREATE INDEX letter_due ON letter (next_attempt, id) WHERE next_attempt IS NOT NULL;
CREATE INDEX letter_open ON letter (state) WHERE settled IS NULL;
CREATE INDEX letter_failed ON letter (settled) WHERE state IN ('refused', 'expired');

-- Apart from the letter, so that a change of state does not rewrite the message.
CREATE TABLE letter_bytes (
    letter INTEGER PRIMARY KEY REFERENCES letter (id),
    bytes  BLOB    NOT NULL
) STRICT;

-- Every attempt, written before the dial. No outcome: under way. Outcome but no end: the program
-- stopped before the answer was recorded.
CREATE TABLE attempt (
    letter   INTEGER NOT NULL REFERENCES letter (id),
    number   INTEGER NOT NULL,
    started  INTEGER NOT NULL,
    ended    INTEGER,
    outcome  TEXT CHECK
        (outcome = 'accepted' OR outcome = 'later' OR outcome = 'refused' OR outcome = 'unknown'),
    trouble  TEXT CHECK (trouble = 'server' OR trouble = 'sender' OR trouble = 'recipient'),
    code     INTEGER,
    enhanced TEXT,
    text     TEXT,
    PRIMARY KEY (letter, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_under_way ON attempt (letter) WHERE outcome IS NULL;

-- What was said, to whom, about which step of which action. The primary key is the reminder's
-- identity; "reference" and "asked_of" are folded in it, and as people write them in the labels.
CREATE TABLE reminder (
    reference      TEXT    NOT NULL,
    asked_of       TEXT    NOT NULL,
    recipient      TEXT    NOT NULL,
    deadline       TEXT    NOT NULL,
    step           TEXT    NOT NULL,
    step_day       TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    title          TEXT    NOT NULL,
    asked_of_label TEXT    NOT NULL,
    recipient_name TEXT    NOT NULL,
    how            TEXT    NOT NULL CHECK (how = 'told' OR how = 'merged' OR how = 'impossible'),
    letter         INTEGER REFERENCES letter (id),
    why            TEXT,
    recorded_at    INTEGER NOT NULL,
    PRIMARY KEY (reference, asked_of, recipient, deadline, step),
    CHECK ((letter IS NULL) = (how = 'impossible')),
    CHECK ((why IS NOT NULL) = (how = 'impossible'))
) STRICT, WITHOUT ROWID;

CREATE INDEX reminder_letter ON reminder (letter) WHERE letter IS NOT NULL;
CREATE INDEX reminder_recorded ON reminder (recorded_at);

-- The send times that were worked through.
CREATE TABLE run (
    send_time   INTEGER PRIMARY KEY,
    recorded_at INTEGER NOT NULL,
    reminders   INTEGER NOT NULL,
    letters     INTEGER NOT NULL
) STRICT;

-- The open actions of the last good register.
CREATE TABLE known_open (
    reference TEXT    NOT NULL,
    asked_of  TEXT    NOT NULL,
    since     INTEGER NOT NULL,
    PRIMARY KEY (reference, asked_of)
) STRICT, WITHOUT ROWID;

-- Small durable facts by name.
CREATE TABLE fact (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
