-- The server that each attempt was with, "mx.example.org (192.0.2.1:587)". Attempts of before have none.
ALTER TABLE attempt ADD COLUMN server TEXT;
