-- Messages whose outcome a person must find out are counted every few seconds
-- by whoever watches; among all messages they are few.

-- +goose NO TRANSACTION

-- +goose Up
-- An index that is made concurrently waits for every transaction that began
-- before, such as a backup, and nobody waits behind it.
set lock_timeout = '30min';
drop index concurrently if exists messages_of_unknown_outcome; -- what an attempt that was cut off left behind
create index concurrently messages_of_unknown_outcome on messages (ended_at) where state = 'unknown';
set lock_timeout = '3s';

-- +goose Down
drop index concurrently if exists messages_of_unknown_outcome;
