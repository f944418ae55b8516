package intake

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The columns by the name that errors give them.
const (
	colReference  = "reference"
	colCountry    = "country"
	colRegion     = "region"
	colClaim      = "claim"
	colAmount     = "principal.amount"
	colCurrency   = "principal.currency"
	colIssued     = "issued_on"
	colDue        = "due_on"
	colProvided   = "provided_on"
	colTaxPoint   = "tax_point"
	colContracted = "contracted_on"
	colRate       = "contract_rate"
	colCapacity   = "capacity"
	colStrategy   = "strategy"
	colDebtorRef  = "debtor.reference"
	colKind       = "debtor.kind"
	colName       = "debtor.name"
	colTaxID      = "debtor.tax_id"
	colLanguage   = "debtor.language"
	colZone       = "debtor.time_zone"
	colStreet     = "debtor.address.street"
	colPostalCode = "debtor.address.postal_code"
	colCity       = "debtor.address.city"
	colHome       = "debtor.address.country"
	colEmail      = "contact.email"
	colPhone      = "contact.phone"
	colWhatsApp   = "contact.whatsapp"
)

// required are the columns that a file cannot do without.
var required = []string{colReference, colCountry, colClaim, colAmount, colIssued, colDue, colDebtorRef, colKind, colName}

// aliases lists the names that each column goes by, its own included: Spanish
// ones first, then French and Portuguese. pais is the country whose law
// governs the claim; pais_deudor is where the debtor lives.
var aliases = map[string][]string{
	colReference:  {"reference", "referencia", "factura", "n_factura", "num_factura", "numero_factura", "numero_de_factura", "facture", "numero_facture", "fatura", "numero_fatura"},
	colCountry:    {"country", "pais", "pays"},
	colRegion:     {"region", "derecho_foral"},
	colClaim:      {"claim", "claim.kind", "tipo_deuda", "tipo_de_deuda", "tipo_credito", "origen", "type_creance", "tipo_divida"},
	colAmount:     {"principal.amount", "principal", "amount", "importe", "importe_pendiente", "saldo_pendiente", "deuda", "montant", "valor", "montante"},
	colCurrency:   {"principal.currency", "currency", "moneda", "divisa", "devise", "moeda"},
	colIssued:     {"issued_on", "fecha_factura", "fecha_de_factura", "fecha_emision", "fecha_de_emision", "date_facture", "date_emission", "data_fatura", "data_emissao"},
	colDue:        {"due_on", "vencimiento", "fecha_vencimiento", "fecha_de_vencimiento", "echeance", "date_echeance", "vencimento", "data_vencimento"},
	colProvided:   {"provided_on", "fecha_servicio", "fecha_entrega", "fecha_prestacion", "date_prestation", "data_prestacao"},
	colTaxPoint:   {"tax_point", "fecha_devengo", "devengo_iva"},
	colContracted: {"contracted_on", "fecha_contrato", "date_contrat", "data_contrato"},
	colRate:       {"contract_rate", "interes_pactado", "tipo_interes", "interes_contractual", "taux_contractuel", "taxa_contratual"},
	colCapacity:   {"capacity", "calidad", "en_calidad_de"},
	colStrategy:   {"strategy", "estrategia", "strategie"},
	colDebtorRef:  {"debtor.reference", "codigo_cliente", "cod_cliente", "n_cliente", "num_cliente", "numero_cliente", "numero_de_cliente", "id_cliente", "cliente_id", "referencia_deudor", "code_client", "numero_client"},
	colKind:       {"debtor.kind", "tipo", "tipo_deudor", "tipo_cliente", "tipo_de_cliente", "type_client"},
	colName:       {"debtor.name", "nombre", "razon_social", "deudor", "nombre_cliente", "nombre_deudor", "nom", "raison_sociale", "nome"},
	colTaxID:      {"debtor.tax_id", "tax_id", "nif", "cif", "dni", "nie", "nif_cif", "nif/cif", "cif/nif", "dni/nie", "siren", "siret", "nipc"},
	colLanguage:   {"debtor.language", "language", "idioma", "langue"},
	colZone:       {"debtor.time_zone", "time_zone", "zona_horaria", "huso_horario"},
	colStreet:     {"debtor.address.street", "address.street", "street", "direccion", "domicilio", "calle", "adresse", "morada"},
	colPostalCode: {"debtor.address.postal_code", "address.postal_code", "postal_code", "cp", "c.p.", "codigo_postal", "code_postal"},
	colCity:       {"debtor.address.city", "address.city", "city", "ciudad", "poblacion", "localidad", "municipio", "ville", "cidade"},
	colHome:       {"debtor.address.country", "address.country", "pais_deudor", "pais_direccion", "pays_client"},
	colEmail:      {"contact.email", "email", "e_mail", "mail", "correo", "correo_electronico", "courriel"},
	colPhone:      {"contact.phone", "phone", "telefono", "tel", "telefono_fijo", "telefono_movil", "movil", "telephone", "telefone", "telemovel"},
	colWhatsApp:   {"contact.whatsapp", "whatsapp"},
}

// columnOf finds a column by any of its names.
var columnOf = func() map[string]string {
	m := map[string]string{}
	for column, names := range aliases {
		for _, n := range names {
			m[n] = column
		}
	}
	return m
}()

// words lists what the fixed values of a column are called besides their own
// names: Spanish, French and Portuguese.
var words = map[string]map[string]string{
	colCountry: {"espana": "ES", "spain": "ES", "francia": "FR", "france": "FR", "portugal": "PT"},
	colHome:    {"espana": "ES", "spain": "ES", "francia": "FR", "france": "FR", "portugal": "PT"},
	colClaim: {
		"venta": "sale", "compraventa": "sale", "suministro": "sale", "servicio": "services", "servicios": "services",
		"honorarios": "professional_fees", "alquiler": "rent", "renta": "rent", "arrendamiento": "rent",
		"suministros": "utilities", "luz": "utilities", "agua": "utilities", "gas": "utilities",
		"telecomunicaciones": "telecom", "telefonia": "telecom", "prestamo": "loan", "transporte": "carriage",
		"comunidad": "condominium", "comunidad_de_propietarios": "condominium", "suscripcion": "subscription",
		"cuota": "subscription", "otro": "other", "otros": "other",
		"vente": "sale", "honoraires": "professional_fees", "loyer": "rent", "pret": "loan", "abonnement": "subscription", "autre": "other",
		"venda": "sale", "servicos": "services", "renda": "rent", "emprestimo": "loan", "condominio": "condominium", "outro": "other",
	},
	colKind: {
		"empresa": "business", "sociedad": "business", "autonomo": "business", "profesional": "business", "b2b": "business",
		"consumidor": "consumer", "particular": "consumer", "b2c": "consumer",
		"publico": "public", "administracion": "public", "administracion_publica": "public",
		"entreprise": "business", "particulier": "consumer", "consommateur": "consumer", "consumidora": "consumer",
	},
	colCapacity: {
		"acreedor": "creditor", "tercero": "third_party", "por_cuenta_de_tercero": "third_party", "cesionario": "purchaser", "comprador": "purchaser",
	},
	colLanguage: {"espanol": "es", "castellano": "es", "frances": "fr", "portugues": "pt", "ingles": "en", "francais": "fr"},
}

// fold brings a name to lower case without accents, with underscores for
// spaces and hyphens.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.TrimSpace(s))) {
		switch {
		case unicode.Is(unicode.Mn, r), r == 'º', r == '°':
		case r == ' ', r == '-', r == '\u00a0':
			b.WriteByte('_')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// header finds the column of each cell of the first row.
func header(cells []string) ([]string, error) {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1] // spreadsheets leave empty columns at the end
	}
	columns := make([]string, len(cells))
	at := map[string]bool{}
	for i, c := range cells {
		column, known := columnOf[fold(c)]
		switch {
		case strings.TrimSpace(c) == "":
			return nil, refused("file", "column_unknown", "column %d has no name", i+1)
		case !known:
			return nil, refused(show(c), "column_unknown", "column %s is not known: leave it out or give it one of the names of the documentation", show(c))
		case at[column] && !strings.HasPrefix(column, "contact."):
			return nil, refused(column, "column_repeated", "column %s says again what another one says: %s", show(c), column)
		}
		columns[i], at[column] = column, true
	}
	var missing []string
	for _, column := range required {
		if !at[column] {
			missing = append(missing, column)
		}
	}
	if !at[colEmail] && !at[colPhone] && !at[colWhatsApp] {
		missing = append(missing, colEmail+" (or "+colPhone+", "+colWhatsApp+")")
	}
	if len(missing) > 0 {
		return nil, refused(missing[0], "column_missing", "the file lacks the columns %s", strings.Join(missing, ", "))
	}
	return columns, nil
}
