-- The codes to pay with that e-mails show, so that what was sent can be drawn
-- again. They lie beside the messages, most of which have none.

-- +goose Up
create table pay_codes (
    message_id text primary key references messages on delete cascade,
    code       text not null check (code <> '')
);

-- +goose Down
drop table pay_codes;
