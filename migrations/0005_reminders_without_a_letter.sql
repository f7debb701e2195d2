-- Reminders that are recorded without a letter: "left out" as too old after a time without rappel, and
-- "adopted", taken as told when a state was restored or a register moved here. Both say why.
--
-- SQLite cannot change a CHECK in place: the table is built anew.
CREATE TABLE reminder_anew (
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
    how            TEXT    NOT NULL CHECK
        (how = 'told' OR how = 'merged' OR how = 'impossible' OR how = 'left out' OR how = 'adopted'),
    letter         INTEGER REFERENCES letter (id),
    why            TEXT,
    recorded_at    INTEGER NOT NULL,
    PRIMARY KEY (reference, asked_of, recipient, deadline, step),
    CHECK ((letter IS NOT NULL) = (how = 'told' OR how = 'merged')),
    CHECK ((why IS NULL) = (how = 'told' OR how = 'merged'))
) STRICT, WITHOUT ROWID;

INSERT INTO reminder_anew (reference, asked_of, recipient, deadline, step, step_day, label, title, asked_of_label,
                           recipient_name, how, letter, why, recorded_at)
SELECT reference, asked_of, recipient, deadline, step, step_day, label, title, asked_of_label, recipient_name, how,
       letter, why, recorded_at
FROM reminder;

DROP TABLE reminder;
ALTER TABLE reminder_anew RENAME TO reminder;

CREATE INDEX reminder_letter ON reminder (letter) WHERE letter IS NOT NULL;
CREATE INDEX reminder_recorded ON reminder (recorded_at);
