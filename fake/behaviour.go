// Package fake holds stand-ins for the providers, for tests only: SendGrid's
// and Twilio's HTTP interfaces and a mail server, each of which can misbehave
// as providers do, and counts what it accepted. They listen on loopback alone,
// and check every request and answer against the vendors' own OpenAPI
// documents.
package fake

import (
	"sync"
)

// Behaviour is what a stand-in does with one message.
type Behaviour struct {
	kind kind
	code int
}

type kind int

const (
	accept kind = iota
	acceptDrop
	acceptStall
	acceptFail
	acceptGarbage
	drop
	refuse
	page
	failAtOnce
)

// What a stand-in can do. Those that begin with Accept take the message.
var (
	Accept        = Behaviour{accept, 0}
	AcceptDrop    = Behaviour{acceptDrop, 0}    // takes it and drops the connection without an answer
	AcceptStall   = Behaviour{acceptStall, 0}   // takes it and does not answer until the caller is gone
	AcceptFail    = Behaviour{acceptFail, 500}  // takes it and answers 500
	AcceptGarbage = Behaviour{acceptGarbage, 0} // takes it and says yes in words that are not the provider's
	Drop          = Behaviour{drop, 0}          // drops the connection and takes nothing
	Busy          = Behaviour{refuse, 503}      // answers 503 and takes nothing
	TooMany       = Behaviour{refuse, 429}      // answers 429 and takes nothing
	BadGateway    = Behaviour{page, 502}        // a proxy's page, which is not JSON
)

// Page answers with a web page and an HTTP status, as proxies do.
func Page(status int) Behaviour { return Behaviour{page, status} }

// Refuse answers with a provider's error and takes nothing: an HTTP status for
// SendGrid, an error code for Twilio (21610), a reply code for the mail server,
// which refuses the recipient.
func Refuse(code int) Behaviour { return Behaviour{refuse, code} }

// FailAtOnce makes Twilio accept the request and answer with a message that has
// failed already (30003), and the mail server refuse the letter once it has
// read it (554).
func FailAtOnce(code int) Behaviour { return Behaviour{failAtOnce, code} }

// Letter is one message as it reached a stand-in.
type Letter struct {
	Provider string // sendgrid, twilio or smtp
	ID       string // ours, as the request carries it
	From     string
	To       string
	ReplyTo  string
	Subject  string
	Text     string
	HTML     string
	Picture  string // bytes of the picture that the HTML shows as cid:pay-code
	Callback string // Twilio's status callback
}

// ledger counts letters and knows what comes next.
type ledger struct {
	mu       sync.Mutex
	next     []Behaviour
	rule     func(Letter) Behaviour
	accepted map[string]int
	letters  []Letter
	wrong    []string
}

// Next sets what is done with the messages that come next, in order; after
// them the rule holds again.
func (l *ledger) Next(b ...Behaviour) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next = append(l.next, b...)
}

// Always sets the rule by which each message is treated; nil accepts all.
func (l *ledger) Always(rule func(Letter) Behaviour) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rule = rule
}

// Accepted tells how often each message was accepted, by our id.
func (l *ledger) Accepted() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]int, len(l.accepted))
	for id, n := range l.accepted {
		out[id] = n
	}
	return out
}

// Letters gives the messages accepted, in order.
func (l *ledger) Letters() []Letter {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Letter(nil), l.letters...)
}

// Violations tells which requests and answers were not as the vendor's
// document wants them.
func (l *ledger) Violations() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.wrong...)
}

func (l *ledger) violated(what string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, what+": "+err.Error())
}

// treat decides what is done with a letter, and books it where it is taken.
func (l *ledger) treat(letter Letter) Behaviour {
	b := l.peek(letter)
	switch b.kind {
	case accept, acceptDrop, acceptStall, acceptFail, acceptGarbage:
		l.book(letter)
	}
	return b
}

// peek decides what is done with a letter.
func (l *ledger) peek(letter Letter) Behaviour {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.next) > 0 {
		b := l.next[0]
		l.next = l.next[1:]
		return b
	}
	if l.rule != nil {
		return l.rule(letter)
	}
	return Accept
}

// book counts a letter as accepted.
func (l *ledger) book(letter Letter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.accepted == nil {
		l.accepted = map[string]int{}
	}
	l.accepted[letter.ID]++
	l.letters = append(l.letters, letter)
}
