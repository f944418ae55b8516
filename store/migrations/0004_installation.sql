-- Which database this record lies in, so that a record that was brought back
-- from a copy is noticed: what was sent after the copy was made is not on it.

-- +goose Up
create table installation (
    one               boolean primary key default true check (one),
    -- What PostgreSQL says of itself; NULL until a process has looked, or where
    -- it may not ask.
    system_identifier text,
    timeline          bigint,
    database_oid      bigint,
    events_oid        bigint,
    epoch             text not null default '', -- the last restore that was lifted: its stop
    -- A restore that waits to be lifted.
    stop_id           text references stops,
    found             text not null default '', -- what gave it away
    last_at           timestamptz,              -- the record's last instant when it was found
    due_cases         bigint not null default 0, -- open cases that had something due since then
    told              boolean not null default true, -- every open case is marked to decide anew
    -- How it is being lifted: a lift that was cut off goes on in the same way.
    lift_until        timestamptz,
    lift_assume       text check (lift_assume in ('sent', 'nothing')),
    constraint found_means_stopped check ((stop_id is null) = (last_at is null)),
    constraint a_lift_says_how check ((lift_until is null) = (lift_assume is null))
);
insert into installation default values;

-- The instant of a case's last event: no later one is before it, whatever the
-- machine's clock does.
alter table cases add column last_at timestamptz;

-- +goose Down
alter table cases drop column last_at;
drop table installation;
