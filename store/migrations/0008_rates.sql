-- An operator's own rows of the series of interest rates. A row is added and
-- never changed: another may stand in its place, or take it away. Small as the
-- table is, every docket looks which row is the last, and so no process goes on
-- with rates that were replaced.

-- +goose Up
create table rates (
    n             bigint primary key,   -- in the order in which they came
    id            text not null unique,
    series        text not null check (series <> ''),
    from_day      date,
    to_day        date,                 -- null: until it is changed
    rate          bigint check (rate between 0 and 30000000), -- millionths of a percent a year; null: it takes another row away
    status        text not null check (status in ('verified', 'secondary', 'to_confirm')),
    source        text not null,
    note          text not null default '',
    author        text not null check (author <> ''), -- the key that added it
    supersedes    text unique references rates (id),
    added_at      timestamptz not null, -- business instant
    wall_added_at timestamptz not null,
    constraint a_rate_has_a_first_day check ((rate is null) = (from_day is null)),
    constraint a_rate_has_a_source check (rate is null or source <> ''),
    constraint only_another_row_is_taken_away check (rate is not null or supersedes is not null),
    constraint a_row_ends_after_it_begins check (to_day is null or from_day <= to_day)
);

-- +goose Down
drop table rates;
