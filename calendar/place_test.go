package calendar

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func place(t *testing.T, country, code string) Place {
	t.Helper()
	p, err := PlaceOf(country, code, "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestThePostalCodeGivesZoneAndRegion(t *testing.T) {
	for _, tt := range []struct{ country, code, zone, region string }{
		{"ES", "28013", "Europe/Madrid", "ES-MD"},
		{"es", " 08001 ", "Europe/Madrid", "ES-CT"},
		{"ES", "E-41001", "Europe/Madrid", "ES-AN"},
		{"ES", "35001", "Atlantic/Canary", "ES-CN"},
		{"ES", "38001", "Atlantic/Canary", "ES-CN"},
		{"ES", "51001", "Africa/Ceuta", "ES-CE"},
		{"ES", "52001", "Africa/Ceuta", "ES-ML"},
		{"ES", "99999", "Europe/Madrid", ""},
		{"ES", "", "Europe/Madrid", ""},
		{"ES", "3500", "Europe/Madrid", ""},
		{"PT", "1000-001", "Europe/Lisbon", ""},
		{"PT", "9000-018", "Atlantic/Madeira", "PT-30"},
		{"PT", "9499", "Atlantic/Madeira", "PT-30"},
		{"PT", "9500-150", "Atlantic/Azores", "PT-20"},
		{"PT", "9999-999", "Atlantic/Azores", "PT-20"},
		{"PT", "8999-999", "Europe/Lisbon", ""},
		{"FR", "75001", "Europe/Paris", ""},
		{"FR", "67000", "Europe/Paris", "FR-67"},
		{"FR", "57000", "Europe/Paris", "FR-57"},
		{"FR", "97110", "America/Guadeloupe", "FR-971"},
		{"FR", "97133", "America/St_Barthelemy", "FR-977"},
		{"FR", "97150", "America/Marigot", "FR-978"},
		{"FR", "97200", "America/Martinique", "FR-972"},
		{"FR", "97300", "America/Cayenne", "FR-973"},
		{"FR", "97400", "Indian/Reunion", "FR-974"},
		{"FR", "97500", "America/Miquelon", "FR-975"},
		{"FR", "97600", "Indian/Mayotte", "FR-976"},
		{"FR", "98600", "Pacific/Wallis", "FR-986"},
		{"FR", "98714", "Pacific/Tahiti", "FR-987"},
		{"FR", "98800", "Pacific/Noumea", "FR-988"},
		{"FR", "20000", "Europe/Paris", ""},
		{"RE", "97400", "Indian/Reunion", "FR-974"},
		{"DE", "10115", "Europe/Berlin", ""},
		{"GB", "SW1A 1AA", "Europe/London", ""},
		{"CH", "8001", "Europe/Zurich", ""},
	} {
		p := place(t, tt.country, tt.code)
		if p.Zone().String() != tt.zone || p.Region != tt.region {
			t.Errorf("%s %s is in %s, %q; want %s, %q", tt.country, tt.code, p.Zone(), p.Region, tt.zone, tt.region)
		}
	}
}

func TestAGivenZoneWins(t *testing.T) {
	p, err := PlaceOf("ES", "28013", "Atlantic/Canary")
	if err != nil || p.Zone().String() != "Atlantic/Canary" {
		t.Fatalf("got %s, %v", p.Zone(), err)
	}
	if _, holiday := p.Holiday(Must("2025-05-02")); !holiday {
		t.Error("the zone took Madrid's holiday away")
	}
	if p, err := PlaceOf("US", "10001", "America/New_York"); err != nil || p.Zone().String() != "America/New_York" {
		t.Errorf("a country without a table needs its zone alone: %v", err)
	}
}

func TestAnUnknownZoneIsRefused(t *testing.T) {
	for _, tt := range []struct{ country, zone, want string }{
		{"ES", "Europe/Atlantis", "unknown time zone"},
		{"ES", "Local", "unknown time zone"},
		{"ES", "../../etc/passwd", "unknown time zone"},
		{"ES", "+01:00", "unknown time zone"},
		{"ZZ", "", "give an IANA name"},
		{"", "", "give an IANA name"},
	} {
		if _, err := PlaceOf(tt.country, "28013", tt.zone); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("PlaceOf(%q, …, %q): %v, want %q", tt.country, tt.zone, err, tt.want)
		}
	}
}

func TestEveryZoneOfTheTablesExists(t *testing.T) {
	for country := range capitals {
		place(t, country, "")
	}
	for code := range overseasCode {
		place(t, "FR", code+"00")
	}
	for province := range communities {
		place(t, "ES", province+"001")
	}
	if len(communities) != 52 {
		t.Errorf("%d provinces, want 52 with Ceuta and Melilla", len(communities))
	}
}

func TestTheZeroPlaceKnowsWeekendsOnly(t *testing.T) {
	var p Place
	if p.Zone() != time.UTC || !p.Working(Must("2026-12-25")) || p.Working(Must("2026-12-26")) {
		t.Error("the zero place is not in UTC without holidays")
	}
}

func TestWorkingDaysAreCounted(t *testing.T) {
	for _, tt := range []struct {
		name, country, code, from string
		n                         int
		want                      string
	}{
		{"a weekend is left out", "ES", "28013", "2026-09-04", 1, "2026-09-07"},
		{"from a Saturday", "ES", "28013", "2026-09-05", 1, "2026-09-07"},
		{"none is the day itself, working or not", "ES", "28013", "2026-09-05", 0, "2026-09-05"},
		{"over Easter in Madrid", "ES", "28013", "2026-04-01", 1, "2026-04-06"},
		{"over Easter in Barcelona", "ES", "08001", "2026-04-01", 2, "2026-04-07"},
		{"over Christmas in Barcelona", "ES", "08001", "2025-12-24", 1, "2025-12-29"},
		{"over May in Paris: 1 and 8 May, Ascension on the 14th", "FR", "75001", "2026-04-30", 8, "2026-05-15"},
		{"back over a weekend", "ES", "28013", "2026-09-07", -1, "2026-09-04"},
		{"back over Christmas in Lisbon", "PT", "1000-001", "2026-12-28", -2, "2026-12-23"},
	} {
		p := place(t, tt.country, tt.code)
		if got := p.AddWorkingDays(Must(tt.from), tt.n); got != Must(tt.want) {
			t.Errorf("%s: %s and %d = %s, want %s", tt.name, tt.from, tt.n, got, tt.want)
		}
	}
}

func TestPlacesAreReadByManyAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for y := 2000; y < 2060; y++ {
				p, err := PlaceOf("ES", "30001", "")
				if err != nil {
					t.Error(err)
				}
				if name, ok := p.Holiday(Day(y, time.January, 1)); !ok || name != "Año Nuevo" {
					t.Errorf("1 January %d is %q", y, name)
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkHoliday(b *testing.B) {
	p, err := PlaceOf("ES", "08001", "")
	if err != nil {
		b.Fatal(err)
	}
	d := Must("2026-01-01")
	for i := range b.N {
		p.Working(d.AddDays(i % 1000))
	}
}

func BenchmarkPlaceOf(b *testing.B) {
	for range b.N {
		if _, err := PlaceOf("ES", "08001", ""); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAMunicipalitysHolidaysAreThoseGiven(t *testing.T) {
	day, other := Must("2026-05-15"), Must("2026-11-09")
	plain := place(t, "ES", "28001")
	madrid := plain.WithLocal(day, other)
	for _, d := range []Date{day, other} {
		name, holiday := madrid.Holiday(d)
		if !holiday || name != "fiesta local" || madrid.Working(d) || !plain.Working(d) {
			t.Errorf("%s: %q %t", d, name, holiday)
		}
	}
	if name, _ := madrid.Holiday(Must("2026-12-25")); name == "" || name == "fiesta local" {
		t.Errorf("Christmas is called %q", name)
	}
	if got := madrid.AddWorkingDays(Must("2026-05-14"), 1); got != Must("2026-05-18") {
		t.Errorf("the working day after the 14th is %s", got)
	}
	if again := madrid.WithLocal(other); !again.Working(day) || again.Working(other) {
		t.Error("days given later stand in place of those before")
	}
	for country, want := range map[string]string{"PT": "feriado municipal", "FR": "jour férié local"} {
		if name, _ := place(t, country, "").WithLocal(day).Holiday(day); name != want {
			t.Errorf("%s: %q", country, name)
		}
	}
}
