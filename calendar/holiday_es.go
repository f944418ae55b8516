package calendar

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"time"
)

// spanishNational lists the days that hold in all Spain: those that the
// communities may not replace, and those they may and never do.
//
// Source: Estatuto de los Trabajadores, art. 37.2; Real Decreto 2001/1983, art. 45.
func spanishNational(e Date) []holiday {
	y := e.Year()
	return []holiday{
		on(y, time.January, 1, "Año Nuevo"),
		on(y, time.January, 6, "Epifanía del Señor"),
		{e.AddDays(-2), "Viernes Santo"},
		on(y, time.May, 1, "Fiesta del Trabajo"),
		on(y, time.August, 15, "Asunción de la Virgen"),
		on(y, time.October, 12, "Fiesta Nacional de España"),
		on(y, time.November, 1, "Todos los Santos"),
		on(y, time.December, 6, "Día de la Constitución Española"),
		on(y, time.December, 8, "Inmaculada Concepción"),
		on(y, time.December, 25, "Natividad del Señor"),
	}
}

// spanishRegional lists a community's days: as decreed where the table has the
// year, else by the custom of the community. Rows still to confirm are taken
// beside the custom: resting a day too much harms nobody.
func spanishRegional(region string, e Date) []holiday {
	if region == "" {
		return nil
	}
	in := decreed()[decreeKey{region, e.Year()}]
	if in.confirmed {
		return in.days
	}
	return append(in.days[:len(in.days):len(in.days)], spanishCustom(region, e)...)
}

// spanishCustom lists the days that a community keeps nearly every year. The
// yearly decree may move one that falls on a Sunday; until it is read, both
// the day and the Monday after it rest.
func spanishCustom(region string, e Date) []holiday {
	y := e.Year()
	var out []holiday
	if region != "ES-CT" && region != "ES-VC" {
		out = append(out, holiday{e.AddDays(-3), "Jueves Santo"})
	}
	switch region {
	case "ES-CT", "ES-VC", "ES-IB", "ES-NC", "ES-PV":
		out = append(out, holiday{e.AddDays(1), "Lunes de Pascua"})
	}
	for _, c := range customs[region] {
		out = append(out, on(y, c.month, c.day, c.name))
	}
	for _, h := range append(spanishNational(e), out...) {
		if h.day.Weekday() == time.Sunday {
			out = append(out, holiday{h.day.AddDays(1), h.name + " (lunes siguiente)"})
		}
	}
	return out
}

type custom struct {
	month time.Month
	day   int
	name  string
}

// customs are the communities' own days.
// Source: the statutes of autonomy and the communities' laws on their day.
var customs = map[string][]custom{
	"ES-AN": {{time.February, 28, "Día de Andalucía"}},
	"ES-AR": {{time.April, 23, "San Jorge, Día de Aragón"}},
	"ES-AS": {{time.September, 8, "Día de Asturias"}},
	"ES-CB": {{time.July, 28, "Día de las Instituciones de Cantabria"}, {time.September, 15, "La Bien Aparecida"}},
	"ES-CE": {{time.August, 5, "Nuestra Señora de África"}, {time.September, 2, "Día de Ceuta"}},
	"ES-CL": {{time.April, 23, "Día de Castilla y León"}},
	"ES-CM": {{time.May, 31, "Día de Castilla-La Mancha"}},
	"ES-CN": {{time.May, 30, "Día de Canarias"}},
	"ES-CT": {{time.June, 24, "Sant Joan"}, {time.September, 11, "Diada Nacional de Catalunya"}, {time.December, 26, "Sant Esteve"}},
	"ES-EX": {{time.September, 8, "Día de Extremadura"}},
	"ES-GA": {{time.May, 17, "Día das Letras Galegas"}, {time.July, 25, "Día Nacional de Galicia"}},
	"ES-IB": {{time.March, 1, "Día de las Illes Balears"}},
	"ES-MC": {{time.March, 19, "San José"}, {time.June, 9, "Día de la Región de Murcia"}},
	"ES-MD": {{time.May, 2, "Fiesta de la Comunidad de Madrid"}},
	"ES-ML": {{time.September, 17, "Día de Melilla"}},
	"ES-NC": {{time.March, 19, "San José"}, {time.July, 25, "Santiago Apóstol"}, {time.December, 3, "San Francisco Javier"}},
	"ES-PV": {{time.March, 19, "San José"}, {time.July, 25, "Santiago Apóstol"}},
	"ES-RI": {{time.June, 9, "Día de La Rioja"}},
	"ES-VC": {{time.March, 19, "San José"}, {time.June, 24, "San Juan"}, {time.October, 9, "Día de la Comunitat Valenciana"}},
}

// decrees holds the communities' days beside the national ones, year by year,
// with what each row rests on: the yearly resolution of the Dirección General
// de Trabajo in the BOE. A row that was not read there says so in its status.
//
//go:embed es_communities.csv
var decrees string

type decreeKey struct {
	region string
	year   int
}

// decree is one community's year.
type decree struct {
	days      []holiday
	confirmed bool // no row of it is still to confirm
}

// decreed reads the table once.
var decreed = sync.OnceValue(func() map[decreeKey]decree {
	out := map[decreeKey]decree{}
	for i, line := range strings.Split(strings.TrimSpace(decrees), "\n") {
		if i == 0 {
			continue
		}
		f := strings.Split(line, ";")
		if len(f) != 5 {
			panic(fmt.Sprintf("calendar: es_communities.csv line %d: want 5 fields", i+1))
		}
		d := Must(f[1])
		key := decreeKey{f[0], d.Year()}
		in, seen := out[key]
		in.confirmed = (in.confirmed || !seen) && f[3] != "to_confirm"
		in.days = append(in.days, holiday{d, f[2]})
		out[key] = in
	}
	return out
})

// LastDecreed is the last year that the table of Spain's communities has, read
// in the yearly resolution or foretold from custom.
func LastDecreed() int {
	last := 0
	for key := range decreed() {
		last = max(last, key.year)
	}
	return last
}
