-- What people look for among a million cases: a debtor by tax id or by the
-- creditor's own reference, whoever the creditor is; the cases of many debtors
-- at once, in order; those that ended in one of the rarer ways; and a
-- creditor's cases at one stage.

-- +goose NO TRANSACTION

-- +goose Up
set lock_timeout = '30min'; -- as in 0005
drop index concurrently if exists debtors_by_tax_id; -- what an attempt that was cut off left behind
create index concurrently debtors_by_tax_id on debtors (tax_id) where tax_id <> '';
drop index concurrently if exists cases_by_debtor;
create index concurrently cases_by_debtor on cases (debtor_id, id);
drop index concurrently if exists cases_by_outcome;
create index concurrently cases_by_outcome on cases (outcome, id) where outcome is not null;
drop index concurrently if exists cases_of_creditor_by_stage;
create index concurrently cases_of_creditor_by_stage on cases (creditor_id, stage, id);
drop index concurrently if exists tasks_open_of_creditor;
create index concurrently tasks_open_of_creditor on tasks (creditor_id, id) where state = 'open';
-- One reference of a creditor is one debtor, as before.
drop index concurrently if exists debtors_by_reference;
create unique index concurrently debtors_by_reference on debtors (reference, creditor_id);
set lock_timeout = '3s'; -- this one is waited behind
alter table debtors drop constraint if exists debtors_creditor_id_reference_key;
-- Last, so that there is another one however often this is begun anew.
set lock_timeout = '30min';
drop index concurrently if exists cases_debtor_id_idx;
set lock_timeout = '3s';

-- +goose Down
drop index concurrently if exists cases_of_creditor_by_stage;
alter table debtors add constraint debtors_creditor_id_reference_key unique (creditor_id, reference);
drop index concurrently if exists debtors_by_reference;
drop index concurrently if exists tasks_open_of_creditor;
drop index concurrently if exists cases_by_outcome;
create index concurrently cases_debtor_id_idx on cases (debtor_id);
drop index concurrently if exists cases_by_debtor;
drop index concurrently if exists debtors_by_tax_id;
