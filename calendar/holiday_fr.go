package calendar

import "time"

// frenchNational lists the eleven days. 8 May stands since 1982.
// Source: Code du travail, art. L3133-1; loi n° 81-893 du 2 octobre 1981.
func frenchNational(e Date) []holiday {
	y := e.Year()
	out := []holiday{
		on(y, time.January, 1, "Jour de l'an"),
		{e.AddDays(1), "Lundi de Pâques"},
		on(y, time.May, 1, "Fête du Travail"),
		{e.AddDays(39), "Ascension"},
		{e.AddDays(50), "Lundi de Pentecôte"},
		on(y, time.July, 14, "Fête nationale"),
		on(y, time.August, 15, "Assomption"),
		on(y, time.November, 1, "Toussaint"),
		on(y, time.November, 11, "Victoire de 1918"),
		on(y, time.December, 25, "Noël"),
	}
	if y >= 1982 {
		out = append(out, on(y, time.May, 8, "Victoire de 1945"))
	}
	return out
}

// frenchRegional lists the days that hold in part of France alone. Good Friday
// in Alsace-Moselle is taken for all communes, though the text speaks of those
// with a Protestant church, and so is that of Guadeloupe and Martinique, which
// is custom: resting a day too much harms nobody.
//
// Source: Code du travail, art. L3134-13 (Alsace-Moselle) and L3422-2
// (abolition); loi n° 83-550 and décret n° 83-1003. Days of the Pacific
// territories are of their own labour codes and still to confirm.
func frenchRegional(region string, e Date) []holiday {
	y := e.Year()
	abolition := func(m time.Month, day int) []holiday {
		if y < 1984 { // décret n° 83-1003 of 23 November 1983
			return nil
		}
		return []holiday{on(y, m, day, "Abolition de l'esclavage")}
	}
	switch region {
	case "FR-57", "FR-67", "FR-68":
		return []holiday{{e.AddDays(-2), "Vendredi saint"}, on(y, time.December, 26, "Saint-Étienne")}
	case "FR-971":
		return append(abolition(time.May, 27), holiday{e.AddDays(-2), "Vendredi saint"})
	case "FR-972":
		return append(abolition(time.May, 22), holiday{e.AddDays(-2), "Vendredi saint"})
	case "FR-973":
		return abolition(time.June, 10)
	case "FR-974":
		return abolition(time.December, 20)
	case "FR-976":
		return abolition(time.April, 27)
	case "FR-977":
		return abolition(time.October, 9)
	case "FR-978":
		return abolition(time.May, 28)
	case "FR-986":
		return []holiday{on(y, time.April, 28, "Saint Pierre Chanel"), on(y, time.July, 29, "Fête du Territoire")}
	case "FR-987":
		return polynesian(e)
	case "FR-988":
		return []holiday{on(y, time.September, 24, "Fête de la citoyenneté")}
	}
	return nil
}

// polynesian lists French Polynesia's own days. Since 2025 Matari'i stands in
// place of the day of autonomy.
func polynesian(e Date) []holiday {
	y := e.Year()
	out := []holiday{on(y, time.March, 5, "Arrivée de l'Évangile"), {e.AddDays(-2), "Vendredi saint"}}
	if y >= 2025 {
		return append(out, on(y, time.November, 20, "Matari'i i ni'a"))
	}
	return append(out, on(y, time.June, 29, "Fête de l'autonomie"))
}
