package calendar

import "time"

// portugueseNational lists the thirteen mandatory days. Four of them were
// suspended from 2013 to 2015. Carnival is no public holiday.
//
// Source: Código do Trabalho, art. 234; Lei 23/2012, art. 10 (suspension) and
// Lei 8/2016 (restored).
func portugueseNational(e Date) []holiday {
	y := e.Year()
	out := []holiday{
		on(y, time.January, 1, "Ano Novo"),
		{e.AddDays(-2), "Sexta-Feira Santa"},
		{e, "Páscoa"},
		on(y, time.April, 25, "Dia da Liberdade"),
		on(y, time.May, 1, "Dia do Trabalhador"),
		on(y, time.June, 10, "Dia de Portugal"),
		on(y, time.August, 15, "Assunção de Nossa Senhora"),
		on(y, time.December, 8, "Imaculada Conceição"),
		on(y, time.December, 25, "Natal"),
	}
	if y >= 2013 && y <= 2015 {
		return out
	}
	return append(out,
		holiday{e.AddDays(60), "Corpo de Deus"},
		on(y, time.October, 5, "Implantação da República"),
		on(y, time.November, 1, "Todos os Santos"),
		on(y, time.December, 1, "Restauração da Independência"))
}

// portugueseRegional lists the days of the autonomous regions.
//
// Source: Azores: Decreto Regional 13/80/A. Madeira: Decreto Regional 27/79/M
// (1 July), Decreto Legislativo Regional 18/2002/M (26 December) and 17/2024/M
// (2 April).
func portugueseRegional(region string, e Date) []holiday {
	y := e.Year()
	switch region {
	case "PT-20":
		return []holiday{{e.AddDays(50), "Dia da Região Autónoma dos Açores"}}
	case "PT-30":
		out := []holiday{
			on(y, time.July, 1, "Dia da Região Autónoma da Madeira"),
			on(y, time.December, 26, "Primeira Oitava"),
		}
		if y >= 2025 {
			out = append(out, on(y, time.April, 2, "Dia da Autonomia"))
		}
		return out
	}
	return nil
}
