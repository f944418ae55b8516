-- Accounts of the operator, on which the debts of several creditors are paid:
-- what they bring has no creditor, and each booking that of its case. Lines that
-- fail are tried later than others, and after some tries a person is asked.

-- +goose Up
alter table bank_files alter creditor_id drop not null; -- null: the operator's account
alter table bank_lines alter creditor_id drop not null;
alter table bank_files drop constraint bank_files_creditor_id_sha256_key;
create unique index bank_files_once on bank_files (coalesce(creditor_id, ''), sha256);
alter table bank_lines add tries int not null default 0;      -- how often it failed
alter table bank_lines add retry_at timestamptz;              -- wall instant before which it is left alone
alter table bank_lines add failure text not null default '';  -- of the last try
alter table bank_lines add parts_made int not null default 0; -- numbers of parts that were given out
update bank_lines l set parts_made = p.n from (select line_id, max(n) as n from bank_parts group by line_id) p where p.line_id = l.id;
alter table bank_lines drop constraint bank_lines_state_check;
alter table bank_lines add constraint bank_lines_state_check
    check (state in ('pending', 'booking', 'undoing', 'booked', 'doubtful', 'unmatched', 'other', 'set_aside'));
drop index bank_lines_to_work;
create index bank_lines_to_work on bank_lines (tries, booked_on, id) where state in ('pending', 'booking', 'undoing');
drop index bank_lines_by_iban;
create index bank_lines_by_iban on bank_lines (iban) where iban <> '';

-- +goose Down
drop index bank_lines_by_iban;
create index bank_lines_by_iban on bank_lines (creditor_id, iban) where iban <> '';
drop index bank_lines_to_work;
create index bank_lines_to_work on bank_lines (creditor_id, booked_on, id) where state in ('pending', 'booking');
alter table bank_lines drop constraint bank_lines_state_check;
alter table bank_lines add constraint bank_lines_state_check
    check (state in ('pending', 'booking', 'booked', 'doubtful', 'unmatched', 'other', 'set_aside'));
alter table bank_lines drop parts_made, drop failure, drop retry_at, drop tries;
drop index bank_files_once;
alter table bank_files add constraint bank_files_creditor_id_sha256_key unique (creditor_id, sha256);
alter table bank_lines alter creditor_id set not null;
alter table bank_files alter creditor_id set not null;
