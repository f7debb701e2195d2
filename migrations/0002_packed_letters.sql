-- Letters are kept packed, and the outbox keeps fewer and smaller indexes.

-- What letters have in common: a specimen of them, without anybody's data. Packed letters refer to it. Its number is
-- made from its bytes, so that one specimen is kept once.
CREATE TABLE dictionary (
    id    INTEGER PRIMARY KEY,
    bytes BLOB    NOT NULL
) STRICT;

-- None: the bytes are the message as it is.
ALTER TABLE letter_bytes ADD COLUMN dictionary INTEGER REFERENCES dictionary (id);

-- A letter under way is not due. It has an index of its own, that holds as many entries as letters are in flight.
DROP INDEX letter_due;
CREATE INDEX letter_due ON letter (next_attempt, id) WHERE next_attempt IS NOT NULL AND state <> 'sending';
CREATE INDEX letter_sending ON letter (next_attempt, id) WHERE state = 'sending';
DROP INDEX letter_open;
CREATE INDEX letter_held ON letter (id) WHERE state = 'held';
