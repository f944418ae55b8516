// Package countries lists the jurisdictions that the engine knows.
package countries

import "github.com/recobro/recobro/law"

// For returns the law of a country and, where given, of its civil-law region;
// ok is false for a place that is not known.
func For(country, region string) (j *law.Jurisdiction, ok bool) { return nil, false }
