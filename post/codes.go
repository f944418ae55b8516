package post

// Class is what to make of a provider's code.
type Class string

// The classes of codes. A code that no table knows is ClassUnknown, and a
// person's to read: Twilio splits its codes over time.
const (
	ClassRepeat    Class = "repeat"    // never processed: safe to send again
	ClassTransient Class = "transient" // may work later, or by another channel
	ClassDead      Class = "dead"      // the contact point does not exist or cannot take it
	ClassOptedOut  Class = "opted_out" // the provider keeps the person's refusal
	ClassContent   Class = "content"   // text or sender is refused: an operator's matter
	ClassAccount   Class = "account"   // credentials or permissions: an alarm
	ClassUnknown   Class = "unknown"
)

// Verdict is what a code says of the contact point.
type Verdict struct {
	Class     Class
	DeadPoint bool
	OptedOut  bool
	Means     string
}

// twilioCodes is Twilio's error dictionary as far as it bears on a message.
//
// Source: https://www.twilio.com/docs/api/errors
var twilioCodes = map[int]Verdict{
	20429: {Class: ClassRepeat, Means: "too many requests"},

	30001: {Class: ClassTransient, Means: "queue overflow"},
	30003: {Class: ClassTransient, Means: "handset cannot be reached"},
	30008: {Class: ClassTransient, Means: "unknown error of the carrier"},
	63018: {Class: ClassTransient, Means: "rate limit of the channel"},

	21211: {Class: ClassDead, DeadPoint: true, Means: "not a valid number"},
	21614: {Class: ClassDead, DeadPoint: true, Means: "not a mobile number"},
	30005: {Class: ClassDead, DeadPoint: true, Means: "unknown handset"},
	30006: {Class: ClassDead, DeadPoint: true, Means: "landline or carrier that cannot be reached"},
	63003: {Class: ClassDead, DeadPoint: true, Means: "no such WhatsApp address"},

	21610: {Class: ClassOptedOut, OptedOut: true, Means: "the person answered STOP"},

	21606: {Class: ClassContent, Means: "the sender cannot send such messages"},
	21612: {Class: ClassContent, Means: "no way from this sender to this number"},
	21654: {Class: ClassContent, Means: "the template does not exist"},
	30004: {Class: ClassContent, Means: "message blocked"},
	30007: {Class: ClassContent, Means: "filtered by the carrier"},
	63016: {Class: ClassContent, Means: "WhatsApp wants an approved template outside 24 hours"},

	20003: {Class: ClassAccount, Means: "credentials refused"},
	21408: {Class: ClassAccount, Means: "no permission for this region"},
}

// TwilioCode tells what to make of an error code of Twilio's.
func TwilioCode(code int) Verdict {
	if v, known := twilioCodes[code]; known {
		return v
	}
	return Verdict{Class: ClassUnknown}
}

// deadMailboxes are the enhanced status codes by which a mail server says that
// the recipient does not exist; a plain 550 may as well be about policy.
//
// Source: RFC 3463, 3.2; RFC 7505 (5.1.10).
var deadMailboxes = map[string]bool{
	"5.1.1":  true, // no such mailbox
	"5.1.2":  true, // no such domain
	"5.1.3":  true, // not an address
	"5.1.6":  true, // moved, no forwarding
	"5.1.10": true, // the domain takes no mail
	"5.2.1":  true, // mailbox disabled
}
