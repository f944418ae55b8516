-- The code to pay with that an e-mail shows, so that what was sent can be drawn
-- again.

-- +goose Up
alter table messages add pay_code text not null default '';

-- +goose Down
alter table messages drop pay_code;
