-- Which failures the secretariat was told of, each by its own name instead of by an instant: so that none is
-- missed when the clock is set back.
CREATE TABLE failure_told (
    -- "letter NUMBER ATTEMPTS", or "reminder" with what identifies it and when it was recorded.
    what TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What failed before the last list was written is in it, or in one before.
INSERT INTO failure_told (what)
SELECT 'letter ' || id || ' ' || attempts FROM letter
WHERE (state = 'refused' OR state = 'expired')
  AND settled < (SELECT unixepoch(substr(value, 12)) * 1000000 FROM fact WHERE name = 'failures told');

INSERT INTO failure_told (what)
SELECT concat_ws(' ', 'reminder', reference, asked_of, recipient, deadline, step, recorded_at) FROM reminder
WHERE how = 'impossible'
  AND recorded_at < (SELECT unixepoch(substr(value, 12)) * 1000000 FROM fact WHERE name = 'failures told');
