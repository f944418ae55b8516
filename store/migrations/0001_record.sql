-- The record: what happened to each case (events, added and never changed),
-- what the events add up to (cases), and what stands beside them.
--
-- Business instants come from the clock row, read inside each transaction;
-- now() is nowhere in this file. Columns named wall_… hold wall instants: they
-- tell how long a process has been silent, and decide nothing about a case.

-- +goose Up
create table clock (
    one       boolean primary key default true check (one),
    offset_us bigint not null default 0,
    frozen_at timestamptz
);
insert into clock default values;

-- +goose StatementBegin
create function business_instant(wall timestamptz) returns timestamptz language sql stable as $$
    select coalesce(frozen_at, wall + offset_us * interval '1 microsecond') from clock
$$;
-- +goose StatementEnd

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'integrity_constraint_violation';
end
$$;
-- +goose StatementEnd

create table creditors (
    id          text primary key,
    name        text not null check (name <> ''),
    legal_name  text not null default '',
    kind        text not null check (kind in ('business', 'consumer', 'public')),
    tax_id      text not null default '',
    country     text not null,
    street      text not null default '',
    postal_code text not null default '',
    city        text not null default '',
    iban        text not null default '',
    email       text not null default '',
    phone       text not null default '',
    brand       jsonb not null default '{}',
    limits      jsonb not null default '{}',
    strategies  jsonb not null default '{}',
    created_at  timestamptz not null
);

create table firms (
    id        text primary key,
    name      text not null check (name <> ''),
    email     text not null default '',
    countries text[] not null,
    capacity  int not null default 0 check (capacity >= 0),
    active    boolean not null
);

create table api_keys (
    id          text primary key,
    role        text not null check (role in ('operator', 'supervisor', 'agent', 'creditor', 'lawyer')),
    creditor_id text references creditors,
    firm_id     text references firms,
    label       text not null default '',
    secret_hash bytea not null unique check (length(secret_hash) = 32),
    created_at  timestamptz not null,
    revoked_at  timestamptz,
    constraint creditor_key_names_its_creditor check ((role = 'creditor') = (creditor_id is not null)),
    constraint lawyer_key_names_its_firm check ((role = 'lawyer') = (firm_id is not null))
);
create index on api_keys (role) where revoked_at is null;

-- A person is who the debtors of several creditors are; it carries counts,
-- opt-outs and the lock under which its cases are decided.
create table persons (
    id          text primary key,
    country     text not null,
    postal_code text not null default '',
    time_zone   text not null default '',
    zone        text not null, -- IANA zone that follows from the three above
    created_at  timestamptz not null
);

-- By what a debtor is known to be the same person: a tax id, or a contact
-- point together with the name. Hashed: it is only ever compared.
create table person_keys (
    key       bytea primary key,
    kind      text not null check (kind in ('tax', 'contact')),
    person_id text not null references persons
);
create index on person_keys (person_id);

create table debtors (
    id          text primary key,
    creditor_id text not null references creditors,
    person_id   text not null references persons,
    reference   text not null check (reference <> ''),
    kind        text not null check (kind in ('business', 'consumer', 'public')),
    name        text not null,
    tax_id      text not null default '',
    language    text not null default '',
    time_zone   text not null default '',
    street      text not null default '',
    postal_code text not null default '',
    city        text not null default '',
    country     text not null default '',
    created_at  timestamptz not null,
    unique (creditor_id, reference)
);
create index on debtors (person_id);
create index debtors_by_name on debtors using gin (to_tsvector('simple', name));
create index on debtors (creditor_id, id);

create table contact_points (
    id        text primary key,
    debtor_id text not null references debtors,
    channel   text not null check (channel in ('email', 'phone', 'whatsapp')),
    value     text not null check (value <> ''),
    valid     boolean not null default true,
    opted_out boolean not null default false,
    unique (debtor_id, channel, value)
);

create table opt_outs (
    person_id text not null references persons,
    channel   text not null check (channel in ('email', 'sms', 'whatsapp', 'phone')),
    at        timestamptz not null,
    how       text not null default '',
    primary key (person_id, channel)
);

create table strategies (
    name    text not null,
    version int not null check (version > 0),
    yaml    bytea not null,
    primary key (name, version)
);

create table cases (
    id              text primary key,
    creditor_id     text not null references creditors,
    debtor_id       text not null references debtors,
    person_id       text not null references persons,
    reference       text not null check (reference <> ''),
    submission_hash bytea not null,
    country         text not null,
    region          text not null default '',
    stage           text not null check (stage in ('upcoming', 'friendly_contact', 'reminders', 'negotiation',
                                                   'extrajudicial_claim', 'legal_handoff', 'closed')),
    open            boolean generated always as (stage <> 'closed') stored,
    outcome         text check (outcome in ('paid', 'settled', 'withdrawn', 'upheld', 'uncollectable', 'insolvency',
                                            'submitted_in_error', 'limited')),
    due_on          date not null,
    currency        text not null check (currency ~ '^[A-Z]{3}$'),
    principal       numeric(18,2) not null check (principal > 0),
    open_principal  numeric(18,2) not null,
    strategy        text not null,
    holds           text[] not null default '{}',
    state           jsonb not null,    -- what the events add up to; names nobody
    head            bytea not null,    -- hash of the last event
    last_seq        bigint not null check (last_seq > 0),
    decided_seq     bigint not null,   -- last event that the case's workflow was told of
    nudged          boolean not null default false, -- what it does next changed without an event of its own
    wall_woken_at   timestamptz,       -- since when the workflow has not been told
    next_do         text not null,
    next_at         timestamptz,
    next            jsonb not null,
    opened_at       timestamptz not null,
    closed_at       timestamptz,
    unique (creditor_id, reference),
    constraint an_open_case_has_a_next_action check (stage = 'closed' or next_at is not null),
    constraint a_closed_case_has_no_next_action check (stage <> 'closed' or next_at is null),
    constraint an_outcome_means_closed check ((stage = 'closed') = (outcome is not null)),
    constraint closed_has_its_instant check ((stage = 'closed') = (closed_at is not null)),
    constraint decided_on_what_happened check (decided_seq <= last_seq)
);
create index on cases (person_id);
create index on cases (next_at) where open;
create index on cases (id) where open;
create index cases_to_wake on cases (wall_woken_at) where decided_seq < last_seq or nudged;
create index on cases (creditor_id, id);
create index on cases (stage, id);
create index on cases (debtor_id);
create index on cases (lower(reference) text_pattern_ops);
create index on cases using gin (holds);

create table guarantors (
    case_id text not null references cases,
    n       int not null,
    party   jsonb not null,
    primary key (case_id, n)
);

-- The chain holds commitments to payloads; payloads lie apart and may be erased.
create table events (
    case_id    text not null references cases,
    seq        bigint not null check (seq > 0),
    kind       text not null,
    at         timestamptz not null,
    by_role    text not null,
    by_id      text not null default '',
    commitment bytea not null check (length(commitment) = 32),
    hash       bytea not null check (length(hash) = 32),
    key        text check (key <> ''), -- Idempotency-Key of who brought it
    primary key (case_id, seq)
);
create unique index events_by_key on events (case_id, key) where key is not null;
create trigger append_only before update or delete on events for each row execute function refuse_change();
create trigger never_emptied before truncate on events for each statement execute function refuse_change();

create table event_payloads (
    case_id text not null,
    seq     bigint not null,
    salt    bytea not null check (length(salt) = 32),
    payload bytea not null, -- the exact JSON that was committed to
    primary key (case_id, seq),
    foreign key (case_id, seq) references events
);

create table ledger_entries (
    case_id   text not null,
    seq       bigint not null, -- of the event that booked it
    n         int not null,
    effective date not null,
    kind      text not null check (kind in ('principal', 'interest', 'compensation', 'costs', 'payment', 'bounce',
                                            'imputation', 'reversal', 'credit', 'adjustment', 'write_off')),
    component text check (component in ('principal', 'interest', 'compensation', 'costs')),
    amount    numeric(18,2) not null, -- positive: owed more; negative: owed less
    currency  text not null,
    payment   text not null default '',
    primary key (case_id, seq, n),
    foreign key (case_id, seq) references events
);
create trigger append_only before update or delete on ledger_entries for each row execute function refuse_change();
create trigger never_emptied before truncate on ledger_entries for each statement execute function refuse_change();

create table promises (
    case_id   text not null references cases,
    id        text not null,
    amount    numeric(18,2) not null check (amount > 0),
    currency  text not null,
    pay_by    date not null,
    grace_end date not null,
    state     text not null check (state in ('running', 'kept', 'broken', 'renegotiated', 'superseded')),
    made_at   timestamptz not null,
    ended_at  timestamptz,
    primary key (case_id, id),
    constraint running_has_no_end check ((state = 'running') = (ended_at is null)),
    constraint grace_ends_after_the_day check (grace_end >= pay_by)
);
create unique index one_running_promise on promises (case_id) where state = 'running';

create table holds (
    case_id   text not null references cases,
    id        text not null,
    reason    text not null,
    until     date not null,
    placed_at timestamptz not null,
    ended_at  timestamptz,
    primary key (case_id, id)
);

create table disputes (
    case_id   text not null references cases,
    id        text not null,
    reason    text not null,
    state     text not null check (state in ('open', 'upheld', 'partly', 'rejected')),
    opened_at timestamptz not null,
    ended_at  timestamptz,
    primary key (case_id, id),
    constraint open_has_no_end check ((state = 'open') = (ended_at is null))
);

create table messages (
    id            text primary key,
    key           text not null unique, -- case/step/occurrence/channel: at most one message each
    case_id       text not null references cases,
    creditor_id   text not null references creditors,
    person_id     text not null references persons,
    step          text not null,
    occurrence    int not null,
    channel       text not null check (channel in ('email', 'sms', 'whatsapp')),
    purpose       text not null check (purpose in ('collection', 'service', 'legal_notice')),
    letter        text not null,
    language      text not null,
    sender        text not null default '',
    recipient     text not null,
    reply_to      text not null default '',
    subject       text not null default '',
    body_text     text not null default '',
    body_html     text not null default '',
    state         text not null check (state in ('reserved', 'sent', 'failed', 'unknown')),
    mode          text not null check (mode in ('outbox', 'smtp', 'sendgrid', 'twilio')),
    provider_id   text not null default '',
    code          text not null default '',
    late          boolean not null default false, -- in flight when a payment or a stop was committed
    reserved_at   timestamptz not null,
    ended_at      timestamptz,
    wall_begun_at timestamptz not null,
    constraint reserved_has_no_end check ((state = 'reserved') = (ended_at is null))
);
create index on messages (case_id, id);
create index on messages (creditor_id, reserved_at);
create index on messages (provider_id) where provider_id <> '';
create index messages_under_way on messages (wall_begun_at) where state = 'reserved';
create index on messages (case_id) where state = 'reserved';

-- Other cases of the person and creditor that went out in the same message.
create table message_cases (
    message_id text not null references messages,
    case_id    text not null references cases,
    primary key (message_id, case_id)
);
create index on message_cases (case_id);

-- What counts for the caps of a person.
create table contacts (
    id         bigint generated always as identity primary key,
    person_id  text not null references persons,
    at         timestamptz not null,
    channel    text not null check (channel in ('email', 'sms', 'whatsapp', 'phone')),
    case_id    text not null references cases,
    purpose    text not null check (purpose in ('collection', 'service', 'legal_notice')),
    message_id text references messages
);
create index on contacts (person_id, at);
create index on contacts (message_id) where message_id is not null;

create table tasks (
    id          text primary key,
    case_id     text not null references cases,
    creditor_id text not null references creditors,
    kind        text not null check (kind <> ''),
    step        text not null default '',
    due_on      date,
    state       text not null check (state in ('open', 'done', 'expired')),
    claimed_by  text not null default '',
    opened_at   timestamptz not null,
    done_at     timestamptz,
    result      text not null default '',
    constraint open_has_no_end check ((state = 'open') = (done_at is null))
);
create index on tasks (state, id);
create index on tasks (case_id) where state = 'open';

create table documents (
    id         text primary key,
    case_id    text not null references cases,
    type       text not null,
    name       text not null default '',
    media_type text not null default '',
    sha256     text not null,
    size       int not null check (size > 0 and size <= 20971520),
    bytes      bytea not null,
    added_at   timestamptz not null,
    constraint size_is_the_bytes check (size = length(bytes))
);
create index on documents (case_id);

create table handoffs (
    id          text primary key,
    case_id     text not null references cases,
    creditor_id text not null references creditors,
    firm_id     text not null references firms,
    state       text not null check (state in ('offered', 'accepted', 'declined', 'lapsed', 'returned')),
    offered_at  timestamptz not null,
    until       date not null,
    ended_at    timestamptz
);
create unique index one_firm_at_a_time on handoffs (case_id) where state in ('offered', 'accepted');
create index on handoffs (firm_id, id);
create index handoffs_running on handoffs (firm_id) where state in ('offered', 'accepted');

create table stops (
    id        text primary key,
    scope     text not null check (scope in ('installation', 'creditor', 'case', 'channel')),
    of        text not null default '',
    reason    text not null check (reason <> ''),
    placed_by text not null default '',
    placed_at timestamptz not null,
    lifted_by text not null default '',
    lifted_at timestamptz,
    constraint all_but_the_whole_name_what check ((scope = 'installation') = (of = ''))
);
create index on stops (id) where lifted_at is null;

create table imports (
    id          text primary key,
    creditor_id text not null references creditors,
    name        text not null default '',
    digest      bytea not null,
    total       int not null,
    created_at  timestamptz not null,
    finished_at timestamptz,
    unique (creditor_id, digest)
);
create index on imports (id) where finished_at is null;

create table import_rows (
    import_id  text not null references imports,
    row        int not null,
    state      text not null check (state in ('pending', 'accepted', 'known', 'rejected')),
    submission bytea, -- JSON; emptied once the row is worked, since the case has it
    case_id    text references cases,
    errors     jsonb not null default '[]',
    primary key (import_id, row),
    constraint pending_has_its_submission check ((state = 'pending') = (submission is not null))
);
create index import_rows_pending on import_rows (import_id, row) where state = 'pending';

create table idempotency (
    scope         text not null,
    key           text not null,
    request_hash  text not null,
    status        int,
    body          bytea,
    wall_begun_at timestamptz not null,
    primary key (scope, key)
);
create index on idempotency (wall_begun_at);

-- +goose Down
drop table idempotency, import_rows, imports, stops, handoffs, documents, tasks, contacts, message_cases, messages,
    disputes, holds, promises, ledger_entries, event_payloads, events, guarantors, cases, strategies, opt_outs,
    contact_points, debtors, person_keys, persons, api_keys, firms, creditors, clock;
drop function refuse_change();
drop function business_instant(timestamptz);
