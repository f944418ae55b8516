-- A promise of which some came in time, and not all, is kept in part.

-- +goose Up
alter table promises drop constraint promises_state_check;
alter table promises add constraint promises_state_check
    check (state in ('running', 'kept', 'partly_kept', 'broken', 'renegotiated', 'superseded')) not valid;

-- +goose Down
update promises set state = 'broken' where state = 'partly_kept';
alter table promises drop constraint promises_state_check;
alter table promises add constraint promises_state_check
    check (state in ('running', 'kept', 'broken', 'renegotiated', 'superseded'));
