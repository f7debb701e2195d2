-- From when on a letter counts as tried, for `retry.give_up_after`: the start of its first attempt that reached a server.
-- Apart from the attempts, because it moves along when the clock is set, and they are history.
ALTER TABLE letter ADD COLUMN tried_from INTEGER;

UPDATE letter SET tried_from = (
    SELECT min(started) FROM attempt a
    WHERE a.letter = letter.id AND a.outcome IS NOT NULL AND a.started >= letter.created
      AND (a.trouble IS NULL OR a.trouble <> 'server' OR a.code = 421))
WHERE settled IS NULL;
