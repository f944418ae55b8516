package strategy

import (
	"strings"

	"github.com/recobro/recobro/calendar"
)

// FaultWords says in a language what is off by a rule; on is the day that was
// missed or is near. The rule itself where it is not known.
func FaultWords(rule string, on calendar.Date, lang string) string {
	say, ok := faultPhrases[rule]
	if !ok {
		return rule
	}
	return strings.ReplaceAll(say[0][tongue(lang)], "{date}", date(on, lang))
}

// FaultAdvice says in a language what to do about it.
func FaultAdvice(rule, lang string) string { return faultPhrases[rule][1][tongue(lang)] }

// faultPhrases say what is off, and what to do, in es, fr, pt and en.
var faultPhrases = map[string][2][4]string{
	NoNextAction: {
		{"no hay prevista ninguna actuación", "aucune action n'est prévue", "não está prevista nenhuma ação", "no action is planned"},
		{"decidir cómo seguir: otra estrategia, el abogado, un estudio o el cierre", "décider de la suite : autre stratégie, avocat, étude ou clôture", "decidir como prosseguir: outra estratégia, o advogado, um estudo ou o encerramento", "decide how to go on: another strategy, the lawyer, a study, or closing"},
	},
	NoContactPoint: {
		{"ningún medio de contacto llega al deudor", "aucun moyen de contact n'atteint le débiteur", "nenhum meio de contacto chega ao devedor", "no contact point reaches the debtor"},
		{"buscar y añadir un correo o un teléfono válido", "chercher et ajouter une adresse ou un numéro valable", "procurar e acrescentar um correio ou telefone válido", "find and add a valid address or number"},
	},
	HoldOver: {
		{"la suspensión terminó el {date} y sigue en pie", "la suspension a pris fin le {date} et demeure", "a suspensão terminou em {date} e mantém-se", "the hold was over on {date} and still stands"},
		{"levantarla, o poner otra con un fin", "la lever, ou en placer une autre avec une fin", "levantá-la, ou pôr outra com um fim", "lift it, or place another with an end"},
	},
	DisputeOverdue: {
		{"la impugnación debía contestarse el {date}", "la contestation devait recevoir une réponse le {date}", "a impugnação devia ter resposta em {date}", "the dispute was to be answered by {date}"},
		{"contestarla: darle la razón, en parte, acordar o rechazar", "y répondre : l'admettre, en partie, transiger ou rejeter", "responder: dar razão, em parte, acordar ou rejeitar", "answer it: uphold, in part, by a compromise, or reject"},
	},
	PromiseOverdue: {
		{"la promesa venció, con su gracia, el {date} y sigue abierta", "la promesse a expiré, délai compris, le {date} et demeure", "a promessa venceu, com a tolerância, em {date} e mantém-se", "the promise was over, grace included, on {date} and still runs"},
		{"comprobar el pago y que el motor funciona", "vérifier le paiement et que le moteur tourne", "verificar o pagamento e se o motor funciona", "check the payment, and that the engine runs"},
	},
	PlanOverdue: {
		{"un plazo venció, con su gracia, el {date} y el plan sigue en vigor", "une échéance a expiré, délai compris, le {date} et le plan demeure", "uma prestação venceu, com a tolerância, em {date} e o plano mantém-se", "an instalment was over, grace included, on {date} and the plan still runs"},
		{"comprobar el pago y que el motor funciona", "vérifier le paiement et que le moteur tourne", "verificar o pagamento e se o motor funciona", "check the payment, and that the engine runs"},
	},
	HandoffOverdue: {
		{"el despacho tenía hasta el {date} para contestar", "le cabinet avait jusqu'au {date} pour répondre", "o escritório tinha até {date} para responder", "the firm had until {date} to answer"},
		{"preguntar al despacho, u ofrecerlo a otro", "interroger le cabinet, ou le proposer à un autre", "perguntar ao escritório, ou propô-lo a outro", "ask the firm, or offer it to another"},
	},
	LimitationNear: {
		{"la deuda puede prescribir después del {date} y nada está previsto", "la créance peut être prescrite après le {date} et rien n'est prévu", "a dívida pode prescrever depois de {date} e nada está previsto", "the claim may be time-barred after {date} and nothing is planned"},
		{"reclamar con prueba o demandar antes de esa fecha", "interrompre la prescription avant cette date, au besoin en justice", "interromper a prescrição antes dessa data, se preciso em tribunal", "claim with proof, or go to court, before that day"},
	},
	ControlOverdue: {
		{"el control debía hacerse el {date}", "le contrôle était prévu le {date}", "o controlo estava previsto para {date}", "the case was to be looked at on {date}"},
		{"revisar el expediente y anotar el control", "examiner le dossier et noter le contrôle", "rever o processo e registar o controlo", "look the case over and note the control"},
	},
	ActionOverdue: {
		{"la próxima actuación era para el {date} y no se ha hecho", "la prochaine action était prévue le {date} et n'a pas été faite", "a próxima ação era para {date} e não foi feita", "the next action was due on {date} and has not been done"},
		{"comprobar que el motor funciona: recobro doctor", "vérifier que le moteur tourne : recobro doctor", "verificar se o motor funciona: recobro doctor", "check that the engine runs: recobro doctor"},
	},
	TaskOverdue: {
		{"la tarea era para el {date}", "la tâche était pour le {date}", "a tarefa era para {date}", "the task was for {date}"},
		{"hacerla, o darla a otra persona", "la faire, ou la confier à quelqu'un d'autre", "fazê-la, ou entregá-la a outra pessoa", "do it, or give it to somebody else"},
	},
	OutcomeUnknown: {
		{"no se sabe si el mensaje del {date} salió", "on ignore si le message du {date} est parti", "não se sabe se a mensagem de {date} saiu", "nobody knows whether the message of {date} went out"},
		{"mirarlo en el proveedor y anotar qué fue de él", "vérifier chez le prestataire et noter ce qu'il en est", "ver no fornecedor e registar o que foi feito dela", "look it up at the provider and settle it"},
	},
}
