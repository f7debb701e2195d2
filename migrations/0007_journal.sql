-- The journal: what happened, entry by entry, never changed. Every commit closes with a link over its entries
-- and the link before it (a hash chain), so that the past cannot be rewritten unnoticed.

CREATE TABLE journal (
    -- From 1, without gaps.
    number     INTEGER PRIMARY KEY,
    -- What happened, as a JSON object, without anything about a person.
    line       TEXT NOT NULL,
    -- SHA-256 over salt and private; none where there is nothing private.
    commitment BLOB,
    -- The rest of the entry, as a JSON array of texts: names, titles, reasons. It and its salt become NULL when
    -- the person is forgotten; the commitment stays, and tells nothing without the salt.
    salt       BLOB,
    private    TEXT,
    CHECK ((salt IS NULL) = (private IS NULL)),
    CHECK (private IS NULL OR commitment IS NOT NULL)
) STRICT;

CREATE TABLE link (
    -- From 1, without gaps.
    number INTEGER PRIMARY KEY,
    -- The last entry that it covers; the first is the one after the last of the link before it.
    last   INTEGER NOT NULL,
    -- SHA-256, 32 bytes.
    head   BLOB    NOT NULL
) STRICT;

-- Against mistakes. Whoever can write to the file can drop these; the chain shows it.
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'entries of the journal are never deleted'); END;
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE OF number, line, commitment ON journal
BEGIN SELECT RAISE(ABORT, 'entries of the journal are never changed'); END;
CREATE TRIGGER private_is_only_forgotten BEFORE UPDATE OF salt, private ON journal
WHEN NEW.salt IS NOT NULL OR NEW.private IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what is private in the journal can only be forgotten'); END;
CREATE TRIGGER link_is_not_deleted BEFORE DELETE ON link
BEGIN SELECT RAISE(ABORT, 'links of the chain are never deleted'); END;
CREATE TRIGGER link_is_not_changed BEFORE UPDATE ON link
BEGIN SELECT RAISE(ABORT, 'links of the chain are never changed'); END;
