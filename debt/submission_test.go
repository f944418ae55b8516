package debt_test

import (
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
)

func TestADebtorWithALawOfItsOwnAtHomeIsReadBothWaysUntilTheRegionIsGiven(t *testing.T) {
	for _, tt := range []struct{ postalCode, region, home string }{
		{"08001", "", "CT"}, {"08001", "CT", ""}, {"08001", "MD", ""}, {"31001", "", "NC"}, {"28001", "", ""}, {"", "", ""},
	} {
		s := debt.Submission{Country: "ES", Region: tt.region, Debtor: debt.Party{Country: "ES", PostalCode: tt.postalCode}}
		if got := s.Opening(debt.IDs{}, "s@1", calendar.Must("2026-11-01")).Case.Claim.Home; got != tt.home {
			t.Errorf("%s with region %q: the home is %q, want %q", tt.postalCode, tt.region, got, tt.home)
		}
	}
}
