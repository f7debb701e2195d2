-- When anything was recorded last is asked once, at the start, which reads all reminders anyway: an index for it is
-- not worth the pages that each commit of letters writes for it.
DROP INDEX reminder_recorded;
