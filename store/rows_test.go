package store_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

func TestIdempotencyKeysOfRequests(t *testing.T) {
	s, _ := frozen(t)
	_, found, err := s.Recall(ctx, record.Request{Scope: "k1", Key: "a", Hash: "h1"})
	if found || err != nil {
		t.Fatalf("a first request: %v, %v", found, err)
	}
	if _, _, err = s.Recall(ctx, record.Request{Scope: "k1", Key: "a", Hash: "h1"}); !errors.Is(err, record.ErrKeyBusy) {
		t.Errorf("while under way: %v", err)
	}
	if _, _, err = s.Recall(ctx, record.Request{Scope: "k1", Key: "a", Hash: "h2"}); !errors.Is(err, record.ErrKeyReused) {
		t.Errorf("for another request: %v", err)
	}
	if _, found, err = s.Recall(ctx, record.Request{Scope: "k2", Key: "a", Hash: "h2"}); found || err != nil {
		t.Errorf("in another scope: %v, %v", found, err)
	}
	ok(t, s.Remember(ctx, record.Request{Scope: "k1", Key: "a", Hash: "h1"}, record.Answer{Status: 201, Body: []byte(`{}`)}))
	a, found, err := s.Recall(ctx, record.Request{Scope: "k1", Key: "a", Hash: "h1"})
	if a.Status != 201 || string(a.Body) != `{}` || !found || err != nil {
		t.Errorf("when answered: %d %s %v %v", a.Status, a.Body, found, err)
	}
}

func TestARequestThatFailedIsTriedAgainAtOnceAndMakesTheSame(t *testing.T) {
	s, url := frozen(t)
	r := record.Request{Scope: "k1", Key: "a", Hash: "h1"}
	try := func() {
		t.Helper()
		a, found, err := s.Recall(ctx, r)
		if found || err != nil {
			t.Fatalf("a request that was not answered: %v, %v", found, err)
		}
		_, _, err = s.NewKey(record.Making(ctx, a.Made), record.Key{Role: debt.Operator, Label: "console"})
		ok(t, err)
	}
	before := one[int](t, url, `select count(*) from api_keys`)
	for range 3 { // each time it is made, and what comes after fails
		try()
		ok(t, s.Remember(ctx, r, record.Answer{}))
	}
	if n := one[int](t, url, `select count(*) from api_keys`) - before; n != 1 {
		t.Errorf("%d keys were made", n)
	}
	try()
	if _, _, err := s.Recall(ctx, r); !errors.Is(err, record.ErrKeyBusy) {
		t.Errorf("while it is tried again: %v", err)
	}
}

func TestKeysDocumentsTasksAndFirms(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	key, secret, err := s.NewKey(ctx, record.Key{Role: debt.Creditor, Creditor: k.ID, Label: "ERP"})
	ok(t, err)
	if !strings.HasPrefix(secret, "rcb_") || one[int](t, url, `select count(*) from api_keys where api_keys::text like '%' || $1 || '%'`, secret[4:]) != 0 {
		t.Error("the secret is kept, or has no prefix")
	}
	if got := must(s.KeyBySecret(ctx, secret))(t); got.ID != key.ID || got.Creditor != k.ID {
		t.Errorf("key %+v", got)
	}
	ok(t, s.RevokeKey(ctx, key.ID))
	if _, err := s.KeyBySecret(ctx, secret); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("a revoked key gives %v", err)
	}
	if _, _, err := s.NewKey(ctx, record.Key{Role: debt.Lawyer}); rule(err) != "key_scope" {
		t.Errorf("a lawyer's key without a firm gives %v", err)
	}
	doc := must(s.AddDocument(ctx, id, "d1", operator, record.Document{Type: "invoice", Name: "f.pdf", Media: "application/pdf", Bytes: []byte("%PDF")}))(t)
	again := must(s.AddDocument(ctx, id, "d1", operator, record.Document{Type: "invoice", Name: "f.pdf", Bytes: []byte("%PDF")}))(t)
	if again.ID != doc.ID || len(must(s.Documents(ctx, id))(t)) != 1 || string(must(s.Document(ctx, doc.ID))(t).Bytes) != "%PDF" {
		t.Errorf("documents %s and %s", doc.ID, again.ID)
	}
	if _, err := s.AddDocument(ctx, id, "d2", operator, record.Document{Type: "other"}); rule(err) != "document_empty" {
		t.Errorf("an empty document gives %v", err)
	}
	firm := must(s.SaveFirm(ctx, record.Firm{Name: "Lex", Countries: []string{"ES"}, Active: true}))(t)
	if list := must(s.Firms(ctx))(t); len(list) != 1 || list[0].ID != firm.ID {
		t.Errorf("firms %+v", list)
	}
	verified(t, s, id)
	raw := one[string](t, url, `select state::text from cases`)
	if !json.Valid([]byte(raw)) {
		t.Error("the state is not JSON")
	}
}

func TestCasesDecideAnewWhenAgentsOrLimitsChange(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	sub := storetest.Submission(k.ID, 1, due)
	sub.Debtor.Contacts = append(sub.Debtor.Contacts, debt.ContactPoint{Channel: "phone", Value: "+34600000001"})
	id := storetest.Case(t, s, sub).Case.ID
	woken := func(want int) {
		t.Helper()
		if got := must(s.Unacknowledged(ctx, 0, 10, 0))(t); len(got) != want {
			t.Errorf("%d cases to wake, want %d", len(got), want)
		}
		must(s.Decide(ctx, id))(t)
	}
	must(s.Decide(ctx, id))(t)
	first, _, err := s.NewKey(ctx, record.Key{Role: debt.Agent})
	ok(t, err)
	woken(1)
	second, _, err := s.NewKey(ctx, record.Key{Role: debt.Agent})
	ok(t, err)
	woken(0)
	ok(t, s.RevokeKey(ctx, first.ID))
	woken(0)
	ok(t, s.RevokeKey(ctx, second.ID))
	woken(1)
	k.Limits.DailyEmail = 5
	k = must(s.SaveCreditor(ctx, k))(t)
	woken(1)
	k.Phone = "+34910000009"
	must(s.SaveCreditor(ctx, k))(t)
	woken(0)
}
