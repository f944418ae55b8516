-- A row that fails for no reason of its own is tried a few times, after the
-- others, and then rejected.

-- +goose Up
alter table import_rows add column attempts int not null default 0 check (attempts >= 0);
drop index import_rows_pending;
create index import_rows_pending on import_rows (import_id, attempts, row) where state = 'pending';

-- +goose Down
drop index import_rows_pending;
create index import_rows_pending on import_rows (import_id, row) where state = 'pending';
alter table import_rows drop column attempts;
