-- The id that a request's thing is made under is chosen before it is made, so
-- that a request whose process died is carried out once and not twice.

-- +goose Up
alter table idempotency add column made text not null default '';

-- +goose Down
alter table idempotency drop column made;
