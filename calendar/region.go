package calendar

// capitals gives the zone of the capital of the countries of Europe, and of
// Morocco, where debtors of Spanish, French and Portuguese creditors live.
// Source: IANA time zone database, zone1970.tab.
var capitals = map[string]string{
	"AD": "Europe/Andorra", "AL": "Europe/Tirane", "AT": "Europe/Vienna", "BA": "Europe/Sarajevo",
	"BE": "Europe/Brussels", "BG": "Europe/Sofia", "CH": "Europe/Zurich", "CY": "Asia/Nicosia",
	"CZ": "Europe/Prague", "DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn",
	"FI": "Europe/Helsinki", "GB": "Europe/London", "GI": "Europe/Gibraltar", "GR": "Europe/Athens",
	"HR": "Europe/Zagreb", "HU": "Europe/Budapest", "IE": "Europe/Dublin", "IS": "Atlantic/Reykjavik",
	"IT": "Europe/Rome", "LI": "Europe/Vaduz", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg",
	"LV": "Europe/Riga", "MA": "Africa/Casablanca", "MC": "Europe/Monaco", "MD": "Europe/Chisinau",
	"ME": "Europe/Podgorica", "MK": "Europe/Skopje", "MT": "Europe/Malta", "NL": "Europe/Amsterdam",
	"NO": "Europe/Oslo", "PL": "Europe/Warsaw", "RO": "Europe/Bucharest", "RS": "Europe/Belgrade",
	"SE": "Europe/Stockholm", "SI": "Europe/Ljubljana", "SK": "Europe/Bratislava", "SM": "Europe/San_Marino",
	"UA": "Europe/Kyiv", "VA": "Europe/Vatican", "XK": "Europe/Belgrade",
}

// communities gives the autonomous community (ISO 3166-2) of the first two
// digits of a Spanish postal code, which are the province.
var communities = map[string]string{
	"01": "ES-PV", "02": "ES-CM", "03": "ES-VC", "04": "ES-AN", "05": "ES-CL", "06": "ES-EX", "07": "ES-IB",
	"08": "ES-CT", "09": "ES-CL", "10": "ES-EX", "11": "ES-AN", "12": "ES-VC", "13": "ES-CM", "14": "ES-AN",
	"15": "ES-GA", "16": "ES-CM", "17": "ES-CT", "18": "ES-AN", "19": "ES-CM", "20": "ES-PV", "21": "ES-AN",
	"22": "ES-AR", "23": "ES-AN", "24": "ES-CL", "25": "ES-CT", "26": "ES-RI", "27": "ES-GA", "28": "ES-MD",
	"29": "ES-AN", "30": "ES-MC", "31": "ES-NC", "32": "ES-GA", "33": "ES-AS", "34": "ES-CL", "35": "ES-CN",
	"36": "ES-GA", "37": "ES-CL", "38": "ES-CN", "39": "ES-CB", "40": "ES-CL", "41": "ES-AN", "42": "ES-CL",
	"43": "ES-CT", "44": "ES-AR", "45": "ES-CM", "46": "ES-VC", "47": "ES-CL", "48": "ES-PV", "49": "ES-CL",
	"50": "ES-AR", "51": "ES-CE", "52": "ES-ML",
}

func prefix(code string, n int) string {
	if len(code) < n {
		return code
	}
	return code[:n]
}

func spanishRegion(code string) string {
	if len(code) != 5 {
		return ""
	}
	return communities[prefix(code, 2)]
}

func spanishZone(code string) string {
	switch spanishRegion(code) {
	case "ES-CN":
		return "Atlantic/Canary"
	case "ES-CE", "ES-ML":
		return "Africa/Ceuta"
	}
	return "Europe/Madrid"
}

// overseas is a French territory with a zone and days of its own.
type overseas struct{ zone, region string }

// overseasCode gives the territory of the first three digits of a French
// postal code. Source: La Poste, Hexasimal; IANA zone1970.tab.
var overseasCode = map[string]overseas{
	"971": {"America/Guadeloupe", "FR-971"},
	"972": {"America/Martinique", "FR-972"},
	"973": {"America/Cayenne", "FR-973"},
	"974": {"Indian/Reunion", "FR-974"},
	"975": {"America/Miquelon", "FR-975"},
	"976": {"Indian/Mayotte", "FR-976"},
	"977": {"America/St_Barthelemy", "FR-977"},
	"978": {"America/Marigot", "FR-978"},
	"984": {"Indian/Kerguelen", ""},
	"986": {"Pacific/Wallis", "FR-986"},
	"987": {"Pacific/Tahiti", "FR-987"},
	"988": {"Pacific/Noumea", "FR-988"},
}

// overseasCountry gives the same territories by their own ISO 3166 codes.
var overseasCountry = map[string]overseas{
	"GP": overseasCode["971"], "MQ": overseasCode["972"], "GF": overseasCode["973"], "RE": overseasCode["974"],
	"PM": overseasCode["975"], "YT": overseasCode["976"], "BL": overseasCode["977"], "MF": overseasCode["978"],
	"WF": overseasCode["986"], "PF": overseasCode["987"], "NC": overseasCode["988"],
}

func frenchRegion(code string) overseas {
	if len(code) != 5 {
		return overseas{"Europe/Paris", ""}
	}
	switch code { // these two left Guadeloupe in 2007 and kept its codes
	case "97133":
		return overseasCode["977"]
	case "97150":
		return overseasCode["978"]
	}
	if o, ok := overseasCode[prefix(code, 3)]; ok {
		return o
	}
	switch d := prefix(code, 2); d {
	case "57", "67", "68":
		return overseas{"Europe/Paris", "FR-" + d}
	}
	return overseas{"Europe/Paris", ""}
}

// portugueseRegion reads the four digits before the hyphen: 9000 to 9499 are
// Madeira, 9500 to 9999 the Azores.
func portugueseRegion(code string) (zone, region string) {
	switch c := prefix(code, 4); {
	case len(c) == 4 && c >= "9000" && c <= "9499":
		return "Atlantic/Madeira", "PT-30"
	case len(c) == 4 && c >= "9500" && c <= "9999":
		return "Atlantic/Azores", "PT-20"
	}
	return "Europe/Lisbon", ""
}
