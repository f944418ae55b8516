package api

import (
	"strconv"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// clockTells is what a sentence about a clock may name.
type clockTells struct {
	last, cautious calendar.Date
	ordinary       calendar.Date // last day of the period behind one that only presumes payment
	left           int           // days
	acts           []string      // by name
}

// stateWords puts where a clock stands on a day into a sentence: both days where
// they differ, and how many are left.
func stateWords(f record.File, lang string) string {
	k, on := f.Clock, f.Today
	state := debt.StateOf(k, on)
	last, cautious := debt.Presses(k, on)
	of := clockTells{last: last, cautious: cautious, left: on.Days(cautious)}
	switch state {
	case debt.ClockDoubtful:
		if f.Case.GoesOn(k) {
			return clockWords("goes_on", lang, of)
		}
	case debt.ClockPresumed:
		of.last, of.ordinary = k.LastDay, k.Ordinary.LastDay
	case debt.ClockRuns, debt.ClockWithin180, debt.ClockWithin90, debt.ClockWithin30:
		if last != cautious {
			return clockWords(string(state), lang, of) + " " + clockWords("longer", lang, of)
		}
	}
	return clockWords(string(state), lang, of)
}

// clockWords puts what is said of a clock into a sentence.
func clockWords(code, lang string, of clockTells) string {
	say, known := clockPhrases[code]
	if !known {
		return strings.ReplaceAll(code, "_", " ")
	}
	i := map[string]int{"es": 1, "fr": 2, "pt": 3}[lang]
	return strings.NewReplacer("{last}", of.last.String(), "{cautious}", of.cautious.String(), "{ordinary}", of.ordinary.String(),
		"{left}", strconv.Itoa(of.left), "{acts}", strings.Join(of.acts, ", ")).Replace(say[i])
}

// daysLeft is said by a warning.
var daysLeft = [4]string{"Days left until {last}: {left}.", "Días que quedan hasta el {last}: {left}.", "Jours restants jusqu'au {last} : {left}.", "Dias que faltam até {last}: {left}."}

// clockPhrases say each code in en, es, fr and pt.
var clockPhrases = map[string][4]string{
	// where a clock stands
	"no_date": {"The tables give no last day for this claim: a person must find it.", "Las tablas no dan un último día para este crédito: debe hallarlo una persona.",
		"Les tables ne donnent pas de dernier jour pour cette créance : une personne doit le trouver.", "As tabelas não dão um último dia para este crédito: uma pessoa deve apurá-lo."},
	"runs": {"The limitation period runs until {cautious}.", "El plazo de prescripción corre hasta el {cautious}.",
		"Le délai de prescription court jusqu'au {cautious}.", "O prazo de prescrição corre até {cautious}."},
	"limited_within_180": {"The limitation period ends on {cautious} (days left: {left}).", "El plazo de prescripción termina el {cautious} (días que quedan: {left}).",
		"Le délai de prescription expire le {cautious} (jours restants : {left}).", "O prazo de prescrição termina em {cautious} (dias que faltam: {left})."},
	"limited_within_90": {"The limitation period ends on {cautious} (days left: {left}): it must be interrupted now.", "El plazo de prescripción termina el {cautious} (días que quedan: {left}): hay que interrumpirlo ya.",
		"Le délai de prescription expire le {cautious} (jours restants : {left}) : il faut l'interrompre maintenant.", "O prazo de prescrição termina em {cautious} (dias que faltam: {left}): há que interrompê-lo já."},
	"limited_within_30": {"The limitation period ends on {cautious} (days left: {left}): a person must act at once.", "El plazo de prescripción termina el {cautious} (días que quedan: {left}): una persona debe actuar de inmediato.",
		"Le délai de prescription expire le {cautious} (jours restants : {left}) : une personne doit agir aussitôt.", "O prazo de prescrição termina em {cautious} (dias que faltam: {left}): uma pessoa deve agir de imediato."},
	"longer": {"That is the cautious date; the full one is {last}.", "Esa es la fecha prudente; la plena es el {last}.", "C'est la date prudente ; la date pleine est le {last}.", "É a data prudente; a plena é {last}."},
	"cautious_date_passed": {"In one reading the limitation period ended on {cautious}, in another it runs until {last}: nothing is claimed until a person decides.",
		"Según una lectura el plazo de prescripción terminó el {cautious}; según otra corre hasta el {last}: nada se reclama hasta que decida una persona.",
		"Dans une lecture le délai de prescription a expiré le {cautious}, dans une autre il court jusqu'au {last} : rien n'est réclamé avant la décision d'une personne.",
		"Numa leitura o prazo de prescrição terminou em {cautious}, noutra corre até {last}: nada se exige até que uma pessoa decida."},
	"goes_on": {"In one reading the limitation period ended on {cautious}, in another it runs until {last}: a person decided to go on by the longer one.",
		"Según una lectura el plazo de prescripción terminó el {cautious}; según otra corre hasta el {last}: una persona decidió seguir con la más larga.",
		"Dans une lecture le délai de prescription a expiré le {cautious}, dans une autre il court jusqu'au {last} : une personne a décidé de suivre la plus longue.",
		"Numa leitura o prazo de prescrição terminou em {cautious}, noutra corre até {last}: uma pessoa decidiu seguir a mais longa."},
	"limited": {"The limitation period ended on {last}: the debt is not claimed as due, and a person decides what becomes of it.",
		"El plazo de prescripción terminó el {last}: la deuda no se reclama como exigible y una persona decide qué hacer con ella.",
		"Le délai de prescription a expiré le {last} : la dette n'est pas réclamée comme exigible et une personne décide de la suite.",
		"O prazo de prescrição terminou em {last}: a dívida não é exigida e uma pessoa decide o que fazer."},
	"presumed_paid": {"Since {last} the law presumes that the debt was paid: it is still owed, and may be claimed until the debtor pleads payment. It is time-barred after {ordinary}.",
		"Desde el {last} la ley presume que la deuda se pagó: se sigue debiendo y puede reclamarse hasta que el deudor alegue el pago. Prescribe después del {ordinary}.",
		"Depuis le {last} la loi présume la dette payée : elle reste due et peut être réclamée tant que le débiteur n'invoque pas le paiement. Elle est prescrite après le {ordinary}.",
		"Desde {last} a lei presume que a dívida foi paga: continua devida e pode ser exigida até que o devedor invoque o pagamento. Prescreve depois de {ordinary}."},
	"notice_to_prove": {"Only the full date, {last}, counts what nothing on the case proves ({acts}); the cautious one stays {cautious} until a document is put behind it, and nothing is claimed past that.",
		"Solo la fecha plena, {last}, cuenta lo que nada en el expediente prueba ({acts}); la prudente sigue siendo {cautious} hasta que conste su documento, y pasada esta no se reclama.",
		"Seule la date pleine, {last}, compte ce que rien au dossier ne prouve ({acts}) ; la date prudente reste {cautious} tant que la pièce n'y est pas, et rien n'est réclamé au-delà.",
		"Só a data plena, {last}, conta o que nada no processo prova ({acts}); a prudente continua a ser {cautious} até haver o documento, e depois dela nada se exige."},
	// where it began
	"from_due_on": {"It runs from the due date.", "Corre desde el vencimiento.", "Il court de l'échéance.", "Corre desde o vencimento."},
	"from_provided_on": {"It runs from the last day of the service or delivery.", "Corre desde el último día del servicio o la entrega.",
		"Il court du dernier jour du service ou de la livraison.", "Corre desde o último dia do serviço ou da entrega."},
	"from_contracted_on": {"It runs from three months after the contract of carriage.", "Corre desde los tres meses del contrato de transporte.",
		"Il court de trois mois après le contrat de transport.", "Corre desde três meses após o contrato de transporte."},
	"from_year_end": {"It runs from the end of the year of the due date.", "Corre desde el fin del año del vencimiento.",
		"Il court de la fin de l'année de l'échéance.", "Corre desde o fim do ano do vencimento."},
	"from_stand_in": {"The day that it runs from is not known: the earliest of the other days stands in for it.", "No consta el día desde el que corre: lo suple la primera de las otras fechas.",
		"Le jour dont il court est inconnu : la première des autres dates le remplace.", "O dia desde o qual corre não consta: supre-o a primeira das outras datas."},
	"from_unknown": {"No day is known that it could run from.", "No consta ningún día desde el que pueda correr.", "Aucun jour n'est connu dont il puisse courir.", "Não consta nenhum dia desde o qual possa correr."},
	// what acts do
	"effect_interrupts": {"The whole period begins anew: its last day is {last}.", "El plazo entero empieza de nuevo: su último día es el {last}.",
		"Le délai entier recommence : son dernier jour est le {last}.", "O prazo inteiro recomeça: o seu último dia é {last}."},
	"effect_suspends": {"The period stands still meanwhile: its last day is {last}.", "El plazo se suspende mientras tanto: su último día es el {last}.",
		"Le délai est suspendu pendant ce temps : son dernier jour est le {last}.", "O prazo suspende-se entretanto: o seu último dia é {last}."},
	"effect_none": {"It does nothing to the period: its last day stays {last}.", "No afecta al plazo: su último día sigue siendo el {last}.",
		"Sans effet sur le délai : son dernier jour reste le {last}.", "Não afeta o prazo: o seu último dia continua a ser {last}."},
	"effect_late": {"It came after the last day, {last}, and changes nothing.", "Llegó después del último día, {last}, y no cambia nada.",
		"Venu après le dernier jour, {last}, il ne change rien.", "Veio depois do último dia, {last}, e nada muda."},
	// what proves them
	"evidence_document": {"A document on the case proves it.", "Lo prueba un documento del expediente.", "Un document du dossier le prouve.", "Prova-o um documento do processo."},
	"evidence_payment":  {"The payment on the record proves it.", "Lo prueba el pago registrado.", "Le paiement enregistré le prouve.", "Prova-o o pagamento registado."},
	"evidence_lawyer": {"The lawyer who has the case reports it; the court's papers prove it.", "Lo comunica el abogado del caso; lo prueban los autos.",
		"L'avocat du dossier le rapporte ; les pièces de procédure le prouvent.", "Comunica-o o advogado do processo; provam-no os autos."},
	"evidence_sent": {"The message proves that it was sent, not that it was received: to prove.", "El mensaje prueba el envío, no la recepción: por probar.",
		"Le message prouve l'envoi, non la réception : à prouver.", "A mensagem prova o envio, não a receção: por provar."},
	"evidence_agreement": {"It was reported, with no paper of the debtor's: to prove.", "Consta por lo comunicado, sin documento del deudor: por probar.",
		"Il a été rapporté, sans écrit du débiteur : à prouver.", "Consta do que foi comunicado, sem documento do devedor: por provar."},
	"evidence_submitted": {"The creditor names a paper for it, which is not on the case: to prove.", "El acreedor cita un documento que no está en el expediente: por probar.",
		"Le créancier cite une pièce qui n'est pas au dossier : à prouver.", "O credor refere um documento que não está no processo: por provar."},
	"evidence_to_prove": {"Nothing on the record proves it: to prove.", "Nada en el expediente lo prueba: por probar.", "Rien au dossier ne le prouve : à prouver.", "Nada no processo o prova: por provar."},
	"to_confirm":        {"The rule is to be confirmed by a lawyer.", "La regla está por confirmar por un abogado.", "La règle reste à confirmer par un avocat.", "A regra está por confirmar por um advogado."},
	// what a person is asked
	"ask_limited": {"Is there an act of {last} or before that is not on the record, such as an acknowledgement or a payment? Then note it with its document, and the case goes on. If not, close the case.",
		"¿Hay algún acto del {last} o anterior que no conste, como un reconocimiento o un pago? Anótelo con su documento y el expediente sigue. Si no lo hay, cierre el expediente.",
		"Existe-t-il un acte du {last} ou antérieur qui n'est pas au dossier, tel qu'une reconnaissance ou un paiement ? Notez-le avec sa pièce et le dossier reprend. Sinon, clôturez-le.",
		"Há algum ato de {last} ou anterior que não conste, como um reconhecimento ou um pagamento? Registe-o com o documento e o processo continua. Se não há, encerre o processo."},
	"ask_cautious_date_passed": {"Which reading holds: did the period end on {cautious}, or does it run until {last}? Lift the hold to go on by the longer one, or close the case.",
		"¿Qué lectura vale: terminó el plazo el {cautious} o corre hasta el {last}? Levante la suspensión para seguir con la más larga, o cierre el expediente.",
		"Quelle lecture retenir : le délai a-t-il expiré le {cautious} ou court-il jusqu'au {last} ? Levez la suspension pour suivre la plus longue, ou clôturez le dossier.",
		"Que leitura vale: o prazo terminou em {cautious} ou corre até {last}? Levante a suspensão para seguir a mais longa, ou encerre o processo."},
	"ask_to_prove": {"Is there a document of {acts}? Put it on the case and behind the act, and the case goes on. If not, close the case: without it the period ended on {cautious}.",
		"¿Hay documento de {acts}? Incorpórelo al expediente y vincúlelo al acto, y el expediente sigue. Si no lo hay, cierre el expediente: sin él el plazo terminó el {cautious}.",
		"Existe-t-il une pièce pour {acts} ? Versez-la au dossier et rattachez-la à l'acte, et le dossier reprend. Sinon, clôturez-le : sans elle le délai a expiré le {cautious}.",
		"Há documento de {acts}? Junte-o ao processo e ligue-o ao ato, e o processo continua. Se não há, encerre o processo: sem ele o prazo terminou em {cautious}."},
	"ask_presumed_paid": {"Has the debtor pleaded payment, or admitted that nothing was paid? Note an admission with its document.",
		"¿Ha alegado el deudor el pago, o admitido que no pagó? Anote la admisión con su documento.",
		"Le débiteur a-t-il invoqué le paiement, ou admis n'avoir pas payé ? Notez l'aveu avec sa pièce.",
		"O devedor invocou o pagamento, ou admitiu que não pagou? Registe a confissão com o documento."},
	"ask_open": {"A person must read:", "Una persona debe valorar:", "Une personne doit examiner :", "Uma pessoa deve apurar:"},
	// warnings
	"limitation_180": daysLeft, "limitation_90": daysLeft, "limitation_30": daysLeft,
	"limitation_reached": {"The day {last} is over: a person is asked.", "Pasó el {last}: se pregunta a una persona.",
		"Le {last} est passé : une personne est interrogée.", "Passou {last}: pergunta-se a uma pessoa."},
}
