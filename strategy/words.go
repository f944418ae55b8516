package strategy

import (
	"strconv"
	"strings"

	"github.com/recobro/recobro/calendar"
)

// Words says a reason in a language: es, fr, pt, or en for any other.
func Words(r Reason, lang string) string {
	say, ok := phrases[r.Code]
	if !ok {
		return r.Code
	}
	text := say[tongue(lang)]
	if !strings.Contains(text, "{") {
		return text
	}
	return strings.NewReplacer(
		"{on}", day(r.On, lang), "{date}", date(r.On, lang), "{weekday}", dayNames[tongue(lang)][r.On.Weekday()], "{n}", strconv.Itoa(r.N), "{what}", noun(r.What, lang),
	).Replace(text)
}

// Sentence says why the decision is what it is, and why not sooner.
func (d Decision) Sentence(lang string) string {
	said := make([]string, 0, len(d.Why))
	for _, r := range d.Why {
		said = append(said, Words(r, lang))
	}
	return strings.Join(said, "; ")
}

// tongue gives the column of a language in the tables.
func tongue(lang string) int {
	switch lang {
	case "es":
		return 0
	case "fr":
		return 1
	case "pt":
		return 2
	}
	return 3
}

var months = [4][12]string{
	{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var dayNames = [4][7]string{
	{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
	{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	{"domingo", "segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado"},
	{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// day writes a day out, without its year: "1 de octubre", "1er octobre", "1 October".
func day(d calendar.Date, lang string) string {
	if d.IsZero() {
		return "–"
	}
	_, m, n := d.Civil()
	name := months[tongue(lang)][m-1]
	switch lang {
	case "es", "pt":
		return strconv.Itoa(n) + " de " + name
	case "fr":
		if n == 1 {
			return "1er " + name
		}
	}
	return strconv.Itoa(n) + " " + name
}

// date writes a day out with its year: "1 de octubre de 2026", "1 October 2026".
func date(d calendar.Date, lang string) string {
	if d.IsZero() {
		return day(d, lang)
	}
	between := " "
	if lang == "es" || lang == "pt" {
		between = " de "
	}
	return day(d, lang) + between + strconv.Itoa(d.Year())
}

// noun gives the word for a hold, channel or scope that a reason names; what
// is not a code, such as a holiday's name, stays as it is.
func noun(what, lang string) string {
	if say, ok := nouns[what]; ok {
		return say[tongue(lang)]
	}
	return what
}

var nouns = map[string][4]string{
	"email":        {"correo electrónico", "courriel", "correio eletrónico", "e-mail"},
	"sms":          {"SMS", "SMS", "SMS", "SMS"},
	"whatsapp":     {"WhatsApp", "WhatsApp", "WhatsApp", "WhatsApp"},
	"phone":        {"teléfono", "téléphone", "telefone", "phone"},
	"promise":      {"promesa de pago en curso", "promesse de paiement en cours", "promessa de pagamento em curso", "a promise to pay"},
	"plan":         {"plan de pagos en curso", "échéancier en cours", "plano de pagamentos em curso", "an instalment plan"},
	"dispute":      {"deuda impugnada", "créance contestée", "dívida contestada", "a dispute"},
	"complaint":    {"reclamación de consumo abierta", "réclamation de consommation ouverte", "reclamação de consumo aberta", "a consumer complaint"},
	"hardship":     {"dificultades económicas", "difficultés financières", "dificuldades económicas", "hardship"},
	"represented":  {"deudor representado", "débiteur représenté", "devedor representado", "a represented debtor"},
	"paused":       {"pausa pedida por el acreedor", "pause demandée par le créancier", "pausa pedida pelo credor", "a pause by the creditor"},
	"insolvency":   {"concurso de acreedores", "procédure collective", "insolvência", "insolvency"},
	"deceased":     {"fallecimiento", "décès", "óbito", "a death"},
	"wrong_person": {"persona equivocada", "erreur sur la personne", "pessoa errada", "a wrong person"},
	"limited":      {"plazo de prescripción vencido", "prescription acquise", "prazo de prescrição decorrido", "the limitation period being over"},
	"installation": {"toda la instalación", "toute l'installation", "toda a instalação", "the whole installation"},
	"restored": {"toda la instalación, porque el registro se restauró a un momento anterior", "toute l'installation, car le registre a été restauré à un moment antérieur",
		"toda a instalação, porque o registo foi reposto num momento anterior", "the whole installation, since the record was restored to an earlier point"},
	"creditor": {"este acreedor", "ce créancier", "este credor", "this creditor"},
	"case":     {"este expediente", "ce dossier", "este processo", "this case"},
}

// phrases say each code in es, fr, pt and en.
var phrases = map[string][4]string{
	// causes
	"before_due":                  {"la deuda vence el {on}", "la dette arrive à échéance le {on}", "a dívida vence em {on}", "the debt falls due on {on}"},
	"due_passed":                  {"la deuda venció el {on}", "la dette est échue depuis le {on}", "a dívida venceu em {on}", "the debt fell due on {on}"},
	"step_offset":                 {"{n} días después del vencimiento, el {on}", "{n} jours après l'échéance du {on}", "{n} dias depois do vencimento, em {on}", "{n} days after the due date, {on}"},
	"spacing":                     {"al menos {n} días después del paso del {on}", "au moins {n} jours après l'étape du {on}", "pelo menos {n} dias depois do passo de {on}", "at least {n} days after the step of {on}"},
	"call_unanswered":             {"nadie respondió a la llamada del {on}", "l'appel du {on} est resté sans réponse", "a chamada de {on} ficou sem resposta", "the call of {on} was not answered"},
	"paid":                        {"la deuda está pagada", "la dette est payée", "a dívida está paga", "the debt is paid"},
	"settled":                     {"la oferta aceptada está pagada", "l'offre acceptée est payée", "a oferta aceite está paga", "the offer that was accepted is paid"},
	"closed":                      {"el expediente está cerrado", "le dossier est clos", "o processo está encerrado", "the case is closed"},
	"promise_due":                 {"se prometió el pago para el {on}", "le paiement était promis pour le {on}", "o pagamento foi prometido para {on}", "payment was promised for {on}"},
	"promise_broken":              {"la promesa de pago se incumplió", "la promesse de paiement n'a pas été tenue", "a promessa de pagamento não foi cumprida", "the promise to pay was broken"},
	"promise_partly_kept":         {"la promesa de pago se cumplió solo en parte", "la promesse de paiement n'a été tenue qu'en partie", "a promessa de pagamento só foi cumprida em parte", "the promise to pay was kept in part"},
	"promise_reminder":            {"el pago prometido es para el {on}", "le paiement promis est pour le {on}", "o pagamento prometido é para {on}", "the promised payment is for {on}"},
	"instalment_due":              {"el plazo {n} venció el {on}", "l'échéance {n} était le {on}", "a prestação {n} venceu em {on}", "instalment {n} fell due on {on}"},
	"instalment_reminder":         {"el próximo plazo vence el {on}", "la prochaine échéance est le {on}", "a próxima prestação vence em {on}", "the next instalment falls due on {on}"},
	"proof_of_claim":              {"concurso: el crédito se comunica antes del {date}", "procédure collective : la créance se déclare avant le {date}", "insolvência: o crédito reclama-se antes de {date}", "insolvency: the claim is filed by {date}"},
	"heirs":                       {"fallecimiento: una persona busca a los herederos", "décès : une personne recherche les héritiers", "óbito: uma pessoa procura os herdeiros", "a death: a person looks for the heirs"},
	"representative":              {"deudor representado: una persona busca el contacto de su representante", "débiteur représenté : une personne cherche comment joindre son représentant", "devedor representado: uma pessoa procura o contacto do representante", "a represented debtor: a person finds out how to reach the representative"},
	"dispute_proof":               {"el deudor dice que ya pagó: se le pide el justificante", "le débiteur dit avoir payé : on lui demande le justificatif", "o devedor diz que já pagou: pede-se o comprovativo", "the debtor says to have paid: proof is asked for"},
	"dispute_answer":              {"la respuesta a la impugnación se comunica por escrito", "la réponse à la contestation est donnée par écrit", "a resposta à impugnação é dada por escrito", "the answer to the dispute is given in writing"},
	"offer_until":                 {"la oferta vale hasta el {on}", "l'offre est valable jusqu'au {on}", "a oferta vale até {on}", "the offer stands until {on}"},
	"instalment_cure":             {"puede ponerse al día hasta el {on}", "il peut être régularisé jusqu'au {on}", "pode ser regularizado até {on}", "it may be made good until {on}"},
	"default_notice":              {"el plazo está vencido: se avisa al deudor", "l'échéance est impayée : le débiteur en est avisé", "a prestação está vencida: avisa-se o devedor", "the instalment is late: the debtor is told"},
	"plan_confirmation":           {"el plan de pagos se confirma por escrito", "l'échéancier est confirmé par écrit", "o plano de pagamento é confirmado por escrito", "the instalment plan is confirmed in writing"},
	"plan_proposal":               {"la propuesta de plan se envía por escrito", "la proposition d'échéancier est envoyée par écrit", "a proposta de plano é enviada por escrito", "the proposed plan is sent in writing"},
	"proposal_until":              {"el plan propuesto se puede confirmar hasta el {on}", "l'échéancier proposé peut être confirmé jusqu'au {on}", "o plano proposto pode ser confirmado até {on}", "the proposed plan may be confirmed until {on}"},
	"settlement_offer":            {"la oferta se envía por escrito", "l'offre est envoyée par écrit", "a oferta é enviada por escrito", "the offer is sent in writing"},
	"offer_to_approve":            {"un supervisor decide sobre la oferta hasta el {on}", "un superviseur se prononce sur l'offre jusqu'au {on}", "um supervisor decide sobre a oferta até {on}", "a supervisor decides on the offer by {on}"},
	"hold_until":                  {"suspensión hasta el {on}: {what}", "suspension jusqu'au {on} : {what}", "suspensão até {on}: {what}", "on hold until {on} for {what}"},
	"hold":                        {"suspensión hasta el {on}: {what}", "suspension jusqu'au {on} : {what}", "suspensão até {on}: {what}", "on hold until {on} for {what}"},
	"limitation_guard":            {"la deuda puede prescribir después del {date}", "la créance peut être prescrite après le {date}", "a dívida pode prescrever depois de {date}", "the claim may be time-barred after {date}"},
	"limitation_alarm":            {"días que quedan hasta la prescripción, el {date}: {n}", "jours restants avant la prescription, le {date} : {n}", "dias que faltam para a prescrição, em {date}: {n}", "days left of the limitation period, until {date}: {n}"},
	"limitation_reached":          {"el plazo de prescripción terminó el {date}", "le délai de prescription a expiré le {date}", "o prazo de prescrição terminou em {date}", "the limitation period ended on {date}"},
	"limitation_alarm_cautious":   {"días que quedan hasta la prescripción en la lectura más severa para el acreedor, el {date}: {n}", "jours restants avant la prescription dans la lecture la plus sévère pour le créancier, le {date} : {n}", "dias que faltam para a prescrição na leitura mais severa para o credor, em {date}: {n}", "days left of the limitation period in the reading hardest on the creditor, until {date}: {n}"},
	"limitation_reached_cautious": {"en la lectura más severa para el acreedor, el plazo de prescripción terminó el {date}", "dans la lecture la plus sévère pour le créancier, le délai de prescription a expiré le {date}", "na leitura mais severa para o credor, o prazo de prescrição terminou em {date}", "in the reading hardest on the creditor the limitation period ended on {date}"},
	"limitation_full":             {"en la otra, el último día es el {date}", "dans l'autre, le dernier jour est le {date}", "na outra, o último dia é {date}", "the last day otherwise is {date}"},
	"handoff_deadline":            {"el despacho tenía hasta el {on} para aceptar", "le cabinet avait jusqu'au {on} pour accepter", "o escritório tinha até {on} para aceitar", "the firm had until {on} to accept"},
	"handoff_declined":            {"el despacho rechazó el caso", "le cabinet a refusé le dossier", "o escritório recusou o caso", "the firm declined the case"},
	"handoff_lapsed":              {"el despacho no respondió a tiempo", "le cabinet n'a pas répondu à temps", "o escritório não respondeu a tempo", "the firm did not answer in time"},
	"handoff_returned":            {"el despacho devolvió el caso", "le cabinet a rendu le dossier", "o escritório devolveu o caso", "the firm returned the case"},
	"handoff_none":                {"no queda ningún despacho al que ofrecerlo", "il ne reste aucun cabinet à qui le proposer", "não resta escritório a quem o propor", "no firm is left to offer it to"},
	"study":                       {"el saldo es bajo: una persona estudia si compensa seguir", "le solde est faible : une personne examine s'il faut poursuivre", "o saldo é baixo: uma pessoa estuda se compensa prosseguir", "the balance is small: a person studies whether to go on"},
	"limitation_claim":            {"una persona decide sobre la reclamación formal", "une personne décide de la mise en demeure", "uma pessoa decide sobre a interpelação formal", "a person decides on the formal claim"},
	"limitation_waiver":           {"un acto del deudor tras el último día puede ser renuncia a la prescripción: lo lee una persona", "un acte du débiteur après le dernier jour peut valoir renonciation à la prescription : une personne le lit", "um ato do devedor após o último dia pode ser renúncia à prescrição: uma pessoa lê-o", "an act of the debtor after the last day may waive limitation: a person reads it"},
	"escalated":                   {"se pidió pasar el caso al abogado", "le passage à l'avocat a été demandé", "foi pedido passar o caso ao advogado", "somebody asked for the lawyer"},
	"control":                     {"control cada {n} días", "contrôle tous les {n} jours", "controlo a cada {n} dias", "a control every {n} days"},
	"with_lawyer":                 {"el caso está con el abogado", "le dossier est chez l'avocat", "o caso está com o advogado", "the case is with a lawyer"},
	// what puts a contact off
	"weekend":            {"el {on} es {weekday}", "le {on} est un {weekday}", "{on} é {weekday}", "{on} is a {weekday}"},
	"provider_away":      {"el envío por {what} no fue posible; se intenta de nuevo", "l'envoi par {what} n'a pas été possible ; nouvel essai", "o envio por {what} não foi possível; nova tentativa", "sending by {what} was not possible; it is tried again"},
	"holiday":            {"el {on} es festivo ({what})", "le {on} est férié ({what})", "{on} é feriado ({what})", "{on} is a holiday ({what})"},
	"overdue":            {"correspondía al {on} y no se hizo entonces", "c'était prévu pour le {on} et n'a pas été fait alors", "estava previsto para {on} e não foi feito então", "it was due on {on} and was not done then"},
	"quiet_hours":        {"fuera del horario de contacto", "en dehors des heures de contact", "fora do horário de contacto", "outside the hours for contact"},
	"gap":                {"{n} días entre contactos, el último el {on}", "{n} jours entre deux contacts, le dernier le {on}", "{n} dias entre contactos, o último em {on}", "{n} days between contacts, the last on {on}"},
	"other_case":         {"hubo contacto por otra deuda el {on}", "contact pour une autre dette le {on}", "houve contacto por outra dívida em {on}", "there was contact about another debt on {on}"},
	"cap":                {"se alcanzó el máximo de {n} contactos", "le maximum de {n} contacts est atteint", "atingiu-se o máximo de {n} contactos", "the cap of {n} contacts is reached"},
	"conversation_pause": {"se habló con el deudor el {on}: pausa de {n} días", "le débiteur a été joint le {on} : pause de {n} jours", "falou-se com o devedor em {on}: pausa de {n} dias", "the debtor was spoken to on {on}: a pause of {n} days"},
	"daily_limit":        {"se agotó el límite diario de {what} del acreedor", "la limite quotidienne du créancier ({what}) est atteinte", "esgotou-se o limite diário do credor ({what})", "the creditor's daily limit for {what} is used up"},
	"merged":             {"va en el mismo mensaje que otra deuda; sola saldría el {on}", "part dans le même message qu'une autre dette ; seule, le {on}", "segue na mesma mensagem que outra dívida; sozinha, em {on}", "it goes in one message with another debt; alone it would go on {on}"},
	"no_channel":         {"ningún canal de este paso llega al deudor", "aucun canal de cette étape n'atteint le débiteur", "nenhum canal deste passo chega ao devedor", "no channel of this step reaches the debtor"},
	"stopped":            {"parada de emergencia: {what}", "arrêt d'urgence : {what}", "paragem de emergência: {what}", "an emergency stop over {what}"},
	"rate_awaited": {"solo falta el interés de días cuyo tipo aún no se ha publicado", "il ne reste que l'intérêt de jours dont le taux n'est pas encore publié",
		"só falta o juro de dias cuja taxa ainda não foi publicada", "all that is left is interest of days whose rate is not published yet"},
	"credit_used": {"un saldo a favor se aplica a lo que se debe", "un avoir est imputé sur ce qui est dû",
		"um crédito é imputado ao que se deve", "a credit goes to what is owed"},
	"channel_stopped": {"canal parado: {what}", "canal arrêté : {what}", "canal parado: {what}", "an emergency stop over {what}"},
}
