-- What a periodic control finds off with an open case, as the case's own row
-- says it, and tasks by their day; the points of who represents a debtor; and a
-- dispute that ended in an agreement.

-- +goose NO TRANSACTION

-- +goose Up
-- What is off, or will be before the case's next act: rule, of, from, on. NULL
-- where all is well, and until an older case acts next.
alter table cases add column if not exists off jsonb;
alter table cases add column if not exists off_on date; -- the first of those days
alter table contact_points add column if not exists representative boolean not null default false;
alter table disputes drop constraint if exists disputes_state_check;
alter table disputes add constraint disputes_state_check
    check (state in ('open', 'upheld', 'partly', 'rejected', 'compromise')) not valid;
alter table disputes validate constraint disputes_state_check;
set lock_timeout = '30min'; -- as in 0005
drop index concurrently if exists cases_off; -- what an attempt that was cut off left behind
create index concurrently cases_off on cases (off_on) where open and off_on is not null;
drop index concurrently if exists tasks_by_day;
create index concurrently tasks_by_day on tasks (due_on) where state = 'open';
set lock_timeout = '3s';

-- +goose Down
drop index concurrently if exists tasks_by_day;
drop index concurrently if exists cases_off;
update disputes set state = 'partly' where state = 'compromise';
alter table disputes drop constraint if exists disputes_state_check;
alter table disputes add constraint disputes_state_check check (state in ('open', 'upheld', 'partly', 'rejected')) not valid;
alter table contact_points drop column if exists representative;
alter table cases drop column if exists off_on;
alter table cases drop column if exists off;
