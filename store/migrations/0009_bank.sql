-- Bank statements: the files as they came, their lines, each once whichever
-- file brings it, and what a line was booked as. Lines come first; bookings
-- follow from them and may be taken up again where they were cut off.

-- +goose NO TRANSACTION

-- +goose Up
-- Names without accents and separators, as banks write them.
-- +goose StatementBegin
create or replace function plain_name(name text) returns text language sql immutable parallel safe as $$
    select regexp_replace(lower(translate(name,
        'ÁÀÂÄÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝáàâäãåçéèêëíìîïñóòôöõúùûüýÿ',
        'AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyy')), '[^a-z0-9]+', ' ', 'g')
$$;
-- A reference in capitals without separators, as payers write it.
create or replace function tight_reference(reference text) returns text language sql immutable parallel safe as $$
    select regexp_replace(upper(reference), '[^A-Z0-9]', '', 'g')
$$;
-- +goose StatementEnd
create table if not exists bank_files (
    id          text primary key,
    creditor_id text not null references creditors,
    name        text not null default '',
    format      text not null check (format in ('camt.053', 'norma43')),
    accounts    text[] not null,
    sha256      bytea not null check (length(sha256) = 32),
    bytes       bytea not null,
    total       int not null check (total >= 0),
    known       int not null check (known between 0 and total),
    by_role     text not null,
    by_id       text not null default '',
    created_at  timestamptz not null,
    unique (creditor_id, sha256)
);
create table if not exists bank_lines (
    id          text primary key,
    mark        text not null unique, -- what the movement is known by, whichever file brings it
    creditor_id text not null references creditors,
    file_id     text not null references bank_files,
    account     text not null,
    booked_on   date not null,
    amount      numeric(18,2) not null, -- positive: money in
    currency    text not null check (currency ~ '^[A-Z]{3}$'),
    iban        text not null default '', -- the counterparty's
    line        jsonb not null,           -- as it was read; it names people
    state       text not null check (state in ('pending', 'booking', 'booked', 'doubtful', 'unmatched', 'other', 'set_aside')),
    why         text not null default '',
    candidates  jsonb not null default '[]',
    task_id     text references tasks,
    decided_by  text not null default '', -- the key of the person who decided
    note        text not null default ''
);
create index if not exists bank_lines_of_creditor on bank_lines (creditor_id, state, id);
create index if not exists bank_lines_of_file on bank_lines (file_id);
create index if not exists bank_lines_to_work on bank_lines (creditor_id, booked_on, id) where state in ('pending', 'booking');
create index if not exists bank_lines_by_amount on bank_lines (account, amount, booked_on);
create index if not exists bank_lines_by_iban on bank_lines (creditor_id, iban) where iban <> '';
create table if not exists bank_parts (
    line_id text not null references bank_lines,
    n       int not null,
    case_id text not null references cases,
    amount  numeric(18,2) not null check (amount > 0),
    payment text not null default '', -- the payment that it was booked as, or took back
    booked  boolean not null default false,
    primary key (line_id, n)
);
create index if not exists bank_parts_of_case on bank_parts (case_id);
set lock_timeout = '30min'; -- as in 0005
drop index concurrently if exists cases_by_reference_head; -- what an attempt that was cut off left behind
create index concurrently cases_by_reference_head on cases (left(right(id, 16), 11));
drop index concurrently if exists cases_by_reference_tail;
create index concurrently cases_by_reference_tail on cases (right(id, 10));
drop index concurrently if exists cases_by_tight_reference;
create index concurrently cases_by_tight_reference on cases (creditor_id, tight_reference(reference) text_pattern_ops);
drop index concurrently if exists cases_by_turned_reference;
create index concurrently cases_by_turned_reference on cases (creditor_id, reverse(tight_reference(reference)) text_pattern_ops);
drop index concurrently if exists cases_by_open_principal;
create index concurrently cases_by_open_principal on cases (creditor_id, open_principal) where open;
drop index concurrently if exists debtors_by_plain_name;
create index concurrently debtors_by_plain_name on debtors using gin (to_tsvector('simple', plain_name(name)));
set lock_timeout = '3s';

-- +goose Down
drop index concurrently if exists debtors_by_plain_name;
drop index concurrently if exists cases_by_open_principal;
drop index concurrently if exists cases_by_turned_reference;
drop index concurrently if exists cases_by_tight_reference;
drop index concurrently if exists cases_by_reference_tail;
drop index concurrently if exists cases_by_reference_head;
drop table if exists bank_parts, bank_lines, bank_files;
drop function if exists tight_reference(text);
drop function if exists plain_name(text);
