-- An approval can be taken back. SQLite cannot change a CHECK in place: the tables are built anew.
CREATE TABLE decision_end_kept (decision INTEGER NOT NULL, how TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
INSERT INTO decision_end_kept (decision, how, at) SELECT decision, how, at FROM decision_end;
DROP TABLE decision_end;

CREATE TABLE decision_anew (
    id             INTEGER PRIMARY KEY,
    reference      TEXT    NOT NULL,
    asked_of       TEXT    NOT NULL,
    label          TEXT    NOT NULL,
    asked_of_label TEXT    NOT NULL,
    verb           TEXT    NOT NULL CHECK
        (verb = 'close' OR verb = 'reopen' OR verb = 'snooze' OR verb = 'extend' OR verb = 'assign'
         OR verb = 'acknowledge' OR verb = 'unacknowledge' OR verb = 'approve' OR verb = 'unapprove'),
    value          TEXT,
    seen           TEXT    NOT NULL,
    who            TEXT    NOT NULL,
    why            TEXT,
    day            TEXT    NOT NULL,
    at             INTEGER NOT NULL
) STRICT;
INSERT INTO decision_anew (id, reference, asked_of, label, asked_of_label, verb, value, seen, who, why, day, at)
SELECT id, reference, asked_of, label, asked_of_label, verb, value, seen, who, why, day, at FROM decision;
DROP TABLE decision;
ALTER TABLE decision_anew RENAME TO decision;

CREATE INDEX decision_action ON decision (reference, asked_of);

CREATE TABLE decision_end (
    decision INTEGER PRIMARY KEY REFERENCES decision (id),
    -- A later decision replaced it, the register says the same by now, or something else than both.
    how      TEXT    NOT NULL CHECK (how = 'replaced' OR how = 'caught up' OR how = 'overruled'),
    at       INTEGER NOT NULL
) STRICT;
INSERT INTO decision_end (decision, how, at) SELECT decision, how, at FROM decision_end_kept;
DROP TABLE decision_end_kept;
