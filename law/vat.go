package law

import "github.com/recobro/recobro/calendar"

// VATOption is one way of taking back the VAT of an unpaid invoice: the
// corrective invoice may be issued after ClaimableAfter, up to WindowLastDay.
type VATOption struct {
	ClaimableAfter calendar.Date `json:"claimable_after"`
	WindowLastDay  calendar.Date `json:"window_last_day"`
}

// VATWindows are the ways open to a creditor: SixMonths is nil where the
// turnover of the year before was too large for it.
type VATWindows struct {
	SixMonths *VATOption `json:"option_6m,omitempty"`
	OneYear   VATOption  `json:"option_1y"`
}

// VATWindow says when a Spanish creditor may take back the VAT of an invoice
// that stays unpaid. The small turnover is one of up to 6,010,121.04 EUR in
// the previous year; the tax agency is told within a month of the corrective
// invoice.
//
// Source: Ley 37/1992 (ES), art. 80.Cuatro; RD 1624/1992, art. 24.
func VATWindow(taxPoint calendar.Date, smallTurnover bool) VATWindows {
	after := func(months int) VATOption {
		d := taxPoint.AddMonths(months)
		return VATOption{ClaimableAfter: d, WindowLastDay: d.AddMonths(6)}
	}
	w := VATWindows{OneYear: after(12)}
	if smallTurnover {
		six := after(6)
		w.SixMonths = &six
	}
	return w
}
