package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

func (s *server) listHandoffs(ctx context.Context, c *call) (answer, error) {
	after, limit, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	firm := c.query("firm_id")
	if c.key.Role == debt.Lawyer {
		if firm != "" && firm != c.key.Firm {
			return answer{}, notFound()
		}
		firm = c.key.Firm
	}
	all, err := s.Handoffs.Handoffs(ctx, firm, c.query("state"), after, limit)
	if err != nil {
		return answer{}, err
	}
	return ok(pageOf(all, limit, func(h record.Handoff) string { return h.ID }, same[record.Handoff]))
}

// handoffView is a handoff, with the outline of its case while the firm has
// to weigh it or has it.
type handoffView struct {
	record.Handoff
	Outline *outline `json:"case,omitempty"`
}

func (s *server) showHandoff(ctx context.Context, c *call) (answer, error) {
	v := handoffView{Handoff: c.handoff}
	if v.State == "offered" || v.State == "accepted" || c.key.Role != debt.Lawyer {
		f, err := s.Cases.File(ctx, v.Case)
		if err != nil {
			return answer{}, err
		}
		o := outlineOf(f, c.reader())
		v.Outline = &o
	}
	return ok(v)
}

func (s *server) endHandoff(ctx context.Context, c *call, state string) (answer, error) {
	in, err := decode[noteRequest](c)
	if err != nil {
		return answer{}, err
	}
	f := debt.HandoffEnded{Handoff: c.handoff.ID, State: state, Note: strings.TrimSpace(in.Note)}
	if _, err := s.putOn(ctx, c, c.handoff.Case, f); err != nil {
		return answer{}, err
	}
	if err := s.inHandoff(ctx, c); err != nil {
		return answer{}, err
	}
	a, err := s.showHandoff(ctx, c)
	a.status = http.StatusCreated
	return a, err
}

func (s *server) acceptHandoff(ctx context.Context, c *call) (answer, error) {
	return s.endHandoff(ctx, c, "accepted")
}

func (s *server) declineHandoff(ctx context.Context, c *call) (answer, error) {
	return s.endHandoff(ctx, c, "declined")
}

func (s *server) returnHandoff(ctx context.Context, c *call) (answer, error) {
	return s.endHandoff(ctx, c, "returned")
}

// milestone notes a step of the lawyer's work; what it is for the law of
// limitation follows from its name, or from the act that it is said to be.
func (s *server) milestone(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Name    string        `json:"name"`
		On      calendar.Date `json:"on"`
		Note    string        `json:"note"`
		Act     string        `json:"act"`
		End     calendar.Date `json:"end"`
		Outcome string        `json:"outcome"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	return s.putOn(ctx, c, c.handoff.Case, debt.Milestone{Handoff: c.handoff.ID, Name: in.Name, On: in.On, Note: in.Note,
		Act: in.Act, End: in.End, Outcome: in.Outcome})
}

// cost notes a cost of the lawyer's work.
func (s *server) cost(ctx context.Context, c *call) (answer, error) {
	in, err := decode[costRequest](c)
	if err != nil {
		return answer{}, err
	}
	if err := s.onCase(ctx, c.handoff.Case, in.Document); err != nil {
		return answer{}, err
	}
	f := in.fact()
	f.Handoff = c.handoff.ID
	return s.putOn(ctx, c, c.handoff.Case, f)
}

// recovery books money that the lawyer recovered, as any payment.
func (s *server) recovery(ctx context.Context, c *call) (answer, error) {
	in, err := decode[paymentRequest](c)
	if err != nil {
		return answer{}, err
	}
	if c.handoff.State != "accepted" {
		return answer{}, &debt.Refusal{Rule: "handoff_not_accepted", Detail: "handoff " + c.handoff.ID + " is " + c.handoff.State, Conflict: true}
	}
	f := in.fact()
	f.Method = cmp.Or(f.Method, "lawyer")
	return s.putOn(ctx, c, c.handoff.Case, f)
}

// dossier is all that a lawyer needs to go to court with a case.
type dossier struct {
	Handoff    record.Handoff    `json:"handoff"`
	AsOf       time.Time         `json:"as_of"`
	Seq        int64             `json:"case_seq"`
	Case       caseView          `json:"case"`
	Creditor   creditorBrief     `json:"creditor"`
	Debtor     debtorView        `json:"debtor"`
	Statement  debt.Statement    `json:"statement"`
	Limitation clockView         `json:"limitation"`
	Events     []entryView       `json:"events"`
	Messages   []record.Message  `json:"messages"`
	Documents  []record.Document `json:"documents"`
}

// creditorBrief is the creditor as a party to a claim in court.
type creditorBrief struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Legal   string  `json:"legal_name,omitempty"`
	TaxID   string  `json:"tax_id,omitempty"`
	Address address `json:"address"`
	IBAN    string  `json:"iban,omitempty"`
	Email   string  `json:"email,omitempty"`
	Phone   string  `json:"phone,omitempty"`
}

// dossier gathers the file of a case that the firm has accepted.
func (s *server) dossier(ctx context.Context, c *call) (answer, error) {
	if c.key.Role == debt.Lawyer && c.handoff.State != "accepted" {
		return answer{}, &debt.Refusal{Rule: "handoff_not_accepted", Detail: "the dossier is there once handoff " + c.handoff.ID + " is accepted", Conflict: true}
	}
	id := c.handoff.Case
	f, err := s.Cases.File(ctx, id)
	if err != nil {
		return answer{}, err
	}
	now, _, _, err := s.Figures.ClockState(ctx)
	if err != nil {
		return answer{}, err
	}
	k := f.Creditor
	d := dossier{
		Handoff: c.handoff, AsOf: now.UTC(), Seq: f.Case.Seq, Case: viewOf(f, c.reader()), Debtor: debtorOf(f.Debtor),
		Creditor: creditorBrief{ID: k.ID, Name: k.Name, Legal: k.LegalName, TaxID: k.TaxID, IBAN: k.IBAN, Email: k.Email, Phone: k.Phone,
			Address: address{Street: k.Street, PostalCode: k.PostalCode, City: k.City, Country: k.Country}},
	}
	st, err := s.Findings.Statement(ctx, id, calendar.Date{})
	if err != nil {
		return answer{}, err
	}
	d.Statement = statementView(st)
	docs, err := s.Documents.Documents(ctx, id)
	if err != nil {
		return answer{}, err
	}
	d.Documents = some(docs)
	if err := errors.Join(s.allEvents(ctx, id, &d), s.allMessages(ctx, id, &d)); err != nil {
		return answer{}, err
	}
	d.showClock(f, c.reader())
	if d.Limitation.Guarantors, err = s.guarantors(ctx, f, c.reader()); err != nil {
		return answer{}, err
	}
	return ok(d)
}

func (s *server) allEvents(ctx context.Context, id string, d *dossier) error {
	d.Events = []entryView{}
	for after := int64(0); ; {
		some, err := s.Cases.Timeline(ctx, id, after, pageMost)
		if err != nil {
			return err
		}
		for _, e := range some {
			d.Events = append(d.Events, entryOf(e))
			after = e.Seq
		}
		if len(some) < pageMost {
			return nil
		}
	}
}

func (s *server) allMessages(ctx context.Context, id string, d *dossier) error {
	d.Messages = []record.Message{}
	for after := ""; ; {
		some, err := s.Messages.Messages(ctx, id, "", after, pageMost)
		if err != nil {
			return err
		}
		d.Messages = append(d.Messages, some...)
		if len(some) < pageMost {
			return nil
		}
		after = some[len(some)-1].ID
	}
}
