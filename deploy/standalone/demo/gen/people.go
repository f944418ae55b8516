package main

import (
	"fmt"
	"strings"
)

// land is a country of the portfolio with what names and addresses look like there.
type land struct {
	code, language string
	creditors      []string
	first, last    []string
	company, form  []string
	places         [][2]string // postal code, city
	street         []string
	phone          string
}

var lands = map[string]*land{
	"ES": {code: "ES", language: "es", creditors: []string{"suministros", "asesoria"},
		first:   []string{"Lucía", "Martín", "Carmen", "Hugo", "Nuria", "Álvaro", "Iker", "Rocío", "Pablo", "Marta"},
		last:    []string{"García Ruiz", "Fernández Vila", "López Ortega", "Martínez Peña", "Gómez Serra", "Díaz Íñiguez", "Castro Lema", "Navarro Gil"},
		company: []string{"Talleres Miraflores", "Hostelería del Puerto", "Cerámicas Alcor", "Transportes Ebro Norte", "Panadería La Espiga", "Construcciones Valdeón", "Clínica Dental Aurora", "Bodegas Cantalar", "Imprenta Guadiana", "Muebles Pinar"},
		form:    []string{"SL", "SA", "SLU"},
		places:  [][2]string{{"28013", "Madrid"}, {"08007", "Barcelona"}, {"46002", "València"}, {"41001", "Sevilla"}, {"48001", "Bilbao"}, {"35001", "Las Palmas de Gran Canaria"}, {"15003", "A Coruña"}, {"07001", "Palma"}},
		street:  []string{"Calle Mayor", "Avenida de la Constitución", "Calle del Olmo", "Plaza Nueva"}, phone: "+346000%05d"},
	"FR": {code: "FR", language: "fr", creditors: []string{"fournitures"},
		first:   []string{"Camille", "Louis", "Chloé", "Hugo", "Inès", "Jules", "Zoé", "Adrien"},
		last:    []string{"Moreau", "Lefèvre", "Girard", "Rousseau", "Fournier", "Mercier", "Dupré"},
		company: []string{"Boulangerie des Halles", "Garage du Rhône", "Menuiserie Bellevue", "Atelier Saint-Michel", "Transports Lavallée", "Hôtel du Lac", "Imprimerie Gambetta"},
		form:    []string{"SARL", "SAS", "EURL"},
		places:  [][2]string{{"75011", "Paris"}, {"69002", "Lyon"}, {"13001", "Marseille"}, {"67000", "Strasbourg"}, {"33000", "Bordeaux"}, {"97400", "Saint-Denis"}},
		street:  []string{"rue de la République", "avenue Jean Jaurès", "place du Marché"}, phone: "+33699980%03d"},
	"PT": {code: "PT", language: "pt", creditors: []string{"energia"},
		first:   []string{"Inês", "Tiago", "Beatriz", "João", "Leonor", "Duarte", "Sofia"},
		last:    []string{"Ferreira Lopes", "Sousa Pinto", "Almeida Rocha", "Carvalho Nunes", "Moreira Dias"},
		company: []string{"Padaria Ribeira", "Oficina do Mondego", "Têxteis Serra Alta", "Construções Tâmega", "Farmácia Central", "Hotel Atlântico"},
		form:    []string{"Lda", "SA"},
		places:  [][2]string{{"1100-048", "Lisboa"}, {"4000-069", "Porto"}, {"3000-150", "Coimbra"}, {"9000-020", "Funchal"}, {"9500-018", "Ponta Delgada"}},
		street:  []string{"Rua Augusta", "Avenida da Liberdade", "Rua do Almada"}, phone: "+3519100%05d"},
}

func countryOf(sample string) *land {
	return lands[map[string]string{"391": "ES", "406": "ES", "770": "ES", "818": "FR", "897": "PT"}[sample]]
}

// person is a debtor made up from a customer number.
type person struct{ name, taxID, street, postal, city, email, phone string }

func (c *land) person(customer, kind string) person {
	place := c.places[int(hash("p"+customer))%len(c.places)]
	n := int(hash("n" + customer))
	p := person{street: fmt.Sprintf("%s %d", pick(c.street, customer), 1+n%120), postal: place[0], city: place[1]}
	p.name = pick(c.first, customer) + " " + pick(c.last, "l"+customer)
	if kind == "business" {
		p.name = fmt.Sprintf("%s %s %s", pick(c.company, customer), pick(c.last, customer), pick(c.form, customer))
	}
	p.taxID = c.taxID(n, kind)
	p.email = strings.ToLower("c" + strings.ReplaceAll(customer, "-", "") + "@example.com")
	if hash("phone"+customer)%10 < 8 {
		p.phone = fmt.Sprintf(c.phone, n%1000)
	}
	return p
}

// taxID makes a number whose check digit or letter is right.
func (c *land) taxID(n int, kind string) string {
	switch {
	case c.code == "ES" && kind == "consumer":
		dni := n % 100_000_000
		return fmt.Sprintf("%08d%c", dni, "TRWAGMYFPDXBNJZSQVHLCKE"[dni%23])
	case c.code == "ES":
		body := fmt.Sprintf("%07d", n%10_000_000)
		return "B" + body + fmt.Sprint((10-luhn(body, 0)%10)%10)
	case c.code == "FR" && kind == "business":
		body := fmt.Sprintf("%08d", n%100_000_000)
		return body + fmt.Sprint((10-luhn(body, 1)%10)%10)
	case c.code == "PT":
		lead := "2"
		if kind == "business" {
			lead = "5"
		}
		return nif(lead + fmt.Sprintf("%07d", n%10_000_000))
	}
	return ""
}

// luhn sums the digits, doubling those at even places (counted from zero) plus shift.
func luhn(digits string, shift int) int {
	sum := 0
	for i, d := range digits {
		v := int(d - '0')
		if (i+shift)%2 == 0 {
			v *= 2
			v = v/10 + v%10
		}
		sum += v
	}
	return sum
}

func nif(body string) string {
	sum := 0
	for i, d := range body {
		sum += int(d-'0') * (9 - i)
	}
	check := 11 - sum%11
	if check >= 10 {
		check = 0
	}
	return body + fmt.Sprint(check)
}
