-- Two spellings of one address that differ in case are one contact point.

-- +goose Up
update contact_points p set valid = p.valid and x.valid, opted_out = p.opted_out or x.opted_out
from (select debtor_id, channel, lower(value) as value, bool_and(valid) as valid, bool_or(opted_out) as opted_out
    from contact_points group by debtor_id, channel, lower(value) having count(*) > 1) x
where p.debtor_id = x.debtor_id and p.channel = x.channel and lower(p.value) = x.value;
delete from contact_points p using contact_points first
where first.debtor_id = p.debtor_id and first.channel = p.channel and lower(first.value) = lower(p.value) and first.id < p.id;
alter table contact_points drop constraint contact_points_debtor_id_channel_value_key;
create unique index contact_points_once on contact_points (debtor_id, channel, lower(value));

-- +goose Down
drop index contact_points_once;
alter table contact_points add constraint contact_points_debtor_id_channel_value_key unique (debtor_id, channel, value);
