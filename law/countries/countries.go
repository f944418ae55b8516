// Package countries lists the jurisdictions that the engine knows.
package countries

//go:generate go test github.com/recobro/recobro/law -run ^TestThePageOfTheLawIsThatOfTheTables$ -update

import (
	"strings"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/es"
	"github.com/recobro/recobro/law/fr"
	"github.com/recobro/recobro/law/pt"
)

// For returns the law of a country and, where given, of its civil-law region:
// For("ES", "CT"), or "ES-CT" for the region as a whole code. ok is false for a
// place that is not known. What it returns is shared and only read.
func For(country, region string) (j *law.Jurisdiction, ok bool) {
	region = strings.TrimPrefix(region, country+"-")
	if region != "" {
		country += "-" + region
	}
	j, ok = known[country]
	return j, ok
}

// All lists the jurisdictions with tables of their own, in order of their codes.
func All() []*law.Jurisdiction {
	codes := []string{"ES", "ES-AR", "ES-CT", "ES-GA", "ES-IB", "ES-NC", "ES-PV", "FR", "PT"}
	out := make([]*law.Jurisdiction, 0, len(codes))
	for _, code := range codes {
		out = append(out, known[code])
	}
	return out
}

var known = build()

func build() map[string]*law.Jurisdiction {
	m := map[string]*law.Jurisdiction{"ES": es.Law(), "FR": fr.Law(), "PT": pt.Law()}
	for _, code := range es.Regions {
		m["ES-"+code], _ = es.Region(code)
	}
	for _, code := range es.CommonLaw {
		m["ES-"+code] = m["ES"]
	}
	return m
}
