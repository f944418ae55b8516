package record

// Parties are whose a case is: what decides who may see it, and no more.
type Parties struct {
	Creditor string
	Firm     string // the law firm that it is offered to, or that has accepted it; empty for none
	Accepted bool   // the firm has accepted it
}
