-- Actions that were closed, and when that was seen: whoever was reminded of them may have to be told.
CREATE TABLE closing (
    reference TEXT    NOT NULL,
    asked_of  TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (reference, asked_of)
) STRICT, WITHOUT ROWID;
