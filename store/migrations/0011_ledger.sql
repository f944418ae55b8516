-- The ledger's kinds for payments that were booked by mistake, for credits that
-- leave a case, and for costs that the creditor bears.

-- +goose Up
alter table ledger_entries drop constraint ledger_entries_kind_check;
alter table ledger_entries add constraint ledger_entries_kind_check check (kind in ('principal', 'interest', 'compensation',
    'costs', 'own_costs', 'payment', 'bounce', 'payment_reversal', 'imputation', 'reversal', 'credit', 'refund', 'transfer',
    'adjustment', 'write_off')) not valid;

-- +goose Down
alter table ledger_entries drop constraint ledger_entries_kind_check;
alter table ledger_entries add constraint ledger_entries_kind_check check (kind in ('principal', 'interest', 'compensation',
    'costs', 'payment', 'bounce', 'imputation', 'reversal', 'credit', 'adjustment', 'write_off')) not valid;
