-- What people decided about actions on the command line, and how it ended: both are only added to. The register is
-- not written to; a decision holds while the register says what it said then ("seen").
CREATE TABLE decision (
    id             INTEGER PRIMARY KEY,
    -- Folded, and as people write them in the labels, as in "reminder".
    reference      TEXT    NOT NULL,
    asked_of       TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    asked_of_label TEXT    NOT NULL,
    verb           TEXT    NOT NULL CHECK
        (verb = 'close' OR verb = 'reopen' OR verb = 'snooze' OR verb = 'extend' OR verb = 'assign'),
    value          TEXT,
    seen           TEXT    NOT NULL,
    who            TEXT    NOT NULL,
    why            TEXT,
    day            TEXT    NOT NULL,
    at             INTEGER NOT NULL
) STRICT;

CREATE INDEX decision_action ON decision (reference, asked_of);

CREATE TABLE decision_end (
    decision INTEGER PRIMARY KEY REFERENCES decision (id),
    -- A later decision replaced it, the register says the same by now, or something else than both.
    how      TEXT    NOT NULL CHECK (how = 'replaced' OR how = 'caught up' OR how = 'overruled'),
    at       INTEGER NOT NULL
) STRICT;
