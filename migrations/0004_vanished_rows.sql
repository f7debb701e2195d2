-- Open actions whose rows are no longer in the register: since when, how people know them, and whether the
-- secretariat was told.
CREATE TABLE vanished (
    reference TEXT    NOT NULL,
    asked_of  TEXT    NOT NULL,
    label     TEXT    NOT NULL,
    since     INTEGER NOT NULL,
    told      INTEGER NOT NULL CHECK (told = 0 OR told = 1),
    PRIMARY KEY (reference, asked_of)
) STRICT, WITHOUT ROWID;
