package command

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
)

func TestLawPrintsThePageOfAllPlacesAndOfOne(t *testing.T) {
	var page strings.Builder
	if err := law.Page(&page, countries.All()); err != nil {
		t.Fatal(err)
	}
	if all, err := ask("--markdown"); err != nil || all != page.String() {
		t.Errorf("%v: not the page of all places, %d bytes of %d", err, len(all), page.Len())
	}
	one, err := ask("FR", "--markdown")
	if err != nil || !strings.Contains(one, "## France (FR)\n") || strings.Contains(one, "## Portugal") {
		t.Errorf("%v: %.200s", err, one)
	}
}

func TestLawPrintsTheTablesOfEveryPlaceWithPeriodsOfItsOwn(t *testing.T) {
	text, err := ask()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"ES  Spain, common law\n", "ES-CT  ", "ES-NC  ", "FR  France\n", "PT  Portugal\n", "es_lec_135_5", "pt_lspe_10_4"} {
		if !strings.Contains(text, want) {
			t.Errorf("the tables lack %q", want)
		}
	}
	if _, err := ask("ES-XX"); err == nil || !strings.Contains(err.Error(), "ES-XX is not known: it must be one of ES, ES-AR, ES-CT") {
		t.Error(err)
	}
}
