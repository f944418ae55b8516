-- Accounts of the operator, on which the debts of several creditors are paid:
-- what they bring has no creditor, and each booking that of its case. Lines that
-- fail are tried later than others, and after some tries a person is asked.

-- +goose NO TRANSACTION

-- +goose Up
alter table bank_files alter creditor_id drop not null; -- null: the operator's account
alter table bank_lines alter creditor_id drop not null;
alter table bank_lines add column if not exists tries int not null default 0;      -- how often it failed
alter table bank_lines add column if not exists retry_at timestamptz;              -- wall instant before which it is left alone
alter table bank_lines add column if not exists failure text not null default '';  -- of the last try
alter table bank_lines add column if not exists parts_made int not null default 0; -- numbers of parts that were given out since
alter table bank_lines drop constraint if exists bank_lines_state_check;
alter table bank_lines add constraint bank_lines_state_check
    check (state in ('pending', 'booking', 'undoing', 'booked', 'doubtful', 'unmatched', 'other', 'set_aside')) not valid;
alter table bank_lines validate constraint bank_lines_state_check;
set lock_timeout = '30min'; -- as in 0005
drop index concurrently if exists bank_files_once; -- what an attempt that was cut off left behind
create unique index concurrently bank_files_once on bank_files (coalesce(creditor_id, ''), sha256);
drop index concurrently if exists bank_lines_to_try;
create index concurrently bank_lines_to_try on bank_lines (tries, booked_on, id) where state in ('pending', 'booking', 'undoing');
drop index concurrently if exists bank_lines_to_work;
drop index concurrently if exists bank_lines_of_iban;
create index concurrently bank_lines_of_iban on bank_lines (iban) where iban <> '';
drop index concurrently if exists bank_lines_by_iban;
set lock_timeout = '3s';
alter table bank_files drop constraint if exists bank_files_creditor_id_sha256_key;

-- +goose Down
create index if not exists bank_lines_by_iban on bank_lines (creditor_id, iban) where iban <> '';
create index if not exists bank_lines_to_work on bank_lines (creditor_id, booked_on, id) where state in ('pending', 'booking');
drop index if exists bank_lines_of_iban, bank_lines_to_try, bank_files_once;
alter table bank_lines drop constraint bank_lines_state_check;
alter table bank_lines add constraint bank_lines_state_check
    check (state in ('pending', 'booking', 'booked', 'doubtful', 'unmatched', 'other', 'set_aside'));
alter table bank_lines drop parts_made, drop failure, drop retry_at, drop tries;
alter table bank_files add constraint bank_files_creditor_id_sha256_key unique (creditor_id, sha256);
alter table bank_lines alter creditor_id set not null;
alter table bank_files alter creditor_id set not null;
