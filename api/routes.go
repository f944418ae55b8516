package api

import (
	"net/http"
	"strings"

	"github.com/recobro/recobro/debt"
)

// route is one thing that may be asked: by whom, within which scope.
type route struct {
	method, path string
	roles        []debt.Role
	scope        scope // nil where the path names nothing that may be another's
	handle       handler
	limit        int64 // of the body, in bytes; zero: bodyLimit
	pure         bool  // nothing is written, so that no answer is remembered
}

const (
	get   = http.MethodGet
	post  = http.MethodPost
	put   = http.MethodPut
	patch = http.MethodPatch
)

// routes lists all of /v1. Who may ask what stands here and nowhere else.
func (s *server) routes() []route {
	var all []route
	for _, some := range [][]route{s.caseRoutes(), s.factRoutes(), s.ledgerRoutes(), s.handoffRoutes(), s.deskRoutes(), s.settingRoutes(), s.bankRoutes(), s.rateRoutes(), s.calculationRoutes()} {
		all = append(all, some...)
	}
	return all
}

// caseRoutes take debts in and show them.
func (s *server) caseRoutes() []route {
	return []route{
		{method: post, path: "/v1/debts", roles: owners, handle: s.openDebt},
		{method: post, path: "/v1/imports", roles: owners, handle: s.startImport, limit: importLimit},
		{method: get, path: "/v1/imports/{id}", roles: owners, handle: s.showImport},
		{method: get, path: "/v1/cases", roles: parties, handle: s.listCases},
		{method: get, path: "/v1/cases/{id}", roles: everyone, scope: s.outlineOfCase, handle: s.showCase},
		{method: get, path: "/v1/cases/{id}/timeline", roles: everyone, scope: s.ofParties, handle: s.timeline},
		{method: get, path: "/v1/cases/{id}/statement", roles: everyone, scope: s.inCase, handle: s.statement},
		{method: get, path: "/v1/cases/{id}/forecast", roles: everyone, scope: s.inCase, handle: s.forecast},
		{method: get, path: "/v1/cases/{id}/limitation", roles: everyone, scope: s.inCase, handle: s.limitation},
		{method: get, path: "/v1/cases/{id}/evidence", roles: everyone, scope: s.inCase, handle: s.evidence},
		{method: get, path: "/v1/cases/{id}/studies", roles: parties, scope: s.inCase, handle: s.listStudies},
		{method: get, path: "/v1/cases/{id}/documents", roles: everyone, scope: s.ofParties, handle: s.listDocuments},
		{method: post, path: "/v1/cases/{id}/documents", roles: everyone, scope: s.ofParties, handle: s.addDocument, limit: documentBodyLimit},
		{method: get, path: "/v1/cases/{id}/documents/{document}", roles: everyone, scope: s.ofParties, handle: s.showDocument},
	}
}

// factRoutes put on a case what was reported or decided.
func (s *server) factRoutes() []route {
	on := func(path string, roles []debt.Role, h handler) route {
		return route{method: post, path: "/v1/cases/{id}/" + path, roles: roles, scope: s.ofParties, handle: h}
	}
	return []route{
		on("payments", parties, s.pay),
		on("payments/{payment}/bounce", parties, s.bounce),
		on("promises", parties, s.promise),
		on("plans", parties, s.plan),
		on("plans/{plan}/confirm", parties, s.confirmPlan),
		on("offers", parties, s.offer),
		on("offers/{offer}/accept", parties, s.acceptOffer),
		on("offers/{offer}/approve", owners, s.approveOffer),
		on("offers/{offer}/refuse", owners, s.refuseOffer),
		on("disputes", parties, s.dispute),
		on("disputes/{dispute}/documents", parties, s.documentDispute),
		on("disputes/{dispute}/resolve", parties, s.resolveDispute),
		on("holds", parties, s.hold),
		on("holds/{hold}/lift", parties, s.liftHold),
		on("calls", parties, s.logCall),
		on("notes", everyone, s.note),
		on("acknowledgements", everyone, s.acknowledge),
		on("acts", everyone, s.act),
		on("acts/{act}/document", everyone, s.proveAct),
		on("studies", parties, s.study),
		on("close", owners, s.closeCase),
		on("reopen", owners, s.reopen),
		on("escalate", owners, s.escalate),
		on("control", staff, s.control),
		on("strategy", supervisors, s.moveStrategy),
	}
}

// handoffRoutes are the lawyer's inbox.
func (s *server) handoffRoutes() []route {
	of := func(method, path string, roles []debt.Role, h handler) route {
		return route{method: method, path: "/v1/handoffs/{id}" + path, roles: roles, scope: s.inHandoff, handle: h}
	}
	return []route{
		{method: get, path: "/v1/handoffs", roles: counsel, handle: s.listHandoffs},
		of(get, "", counsel, s.showHandoff),
		of(get, "/dossier", counsel, s.dossier),
		of(post, "/accept", lawyers, s.acceptHandoff),
		of(post, "/decline", lawyers, s.declineHandoff),
		of(post, "/return", lawyers, s.returnHandoff),
		of(post, "/milestones", lawyers, s.milestone),
		of(post, "/costs", lawyers, s.cost),
		of(post, "/recoveries", lawyers, s.recovery),
	}
}

// deskRoutes are what people work with every day.
func (s *server) deskRoutes() []route {
	return []route{
		{method: get, path: "/v1/messages", roles: everyone, handle: s.listMessages},
		{method: get, path: "/v1/messages/{id}", roles: everyone, handle: s.showMessage},
		{method: post, path: "/v1/messages/{id}/settle", roles: staff, handle: s.settleMessage},
		{method: get, path: "/v1/tasks", roles: staff, handle: s.listTasks},
		{method: post, path: "/v1/tasks/{id}/claim", roles: staff, handle: s.claimTask},
		{method: post, path: "/v1/tasks/{id}/finish", roles: staff, handle: s.finishTask},
		{method: get, path: "/v1/debtors", roles: parties, handle: s.listDebtors},
		{method: get, path: "/v1/debtors/{id}", roles: parties, scope: s.inDebtor, handle: s.showDebtor},
		{method: post, path: "/v1/debtors/{id}/contact-points", roles: parties, scope: s.inDebtor, handle: s.addPoint},
		{method: patch, path: "/v1/debtors/{id}/contact-points/{point}", roles: parties, scope: s.inDebtor, handle: s.setPoint},
		{method: post, path: "/v1/debtors/{id}/opt-outs", roles: parties, scope: s.inDebtor, handle: s.optOut},
		{method: get, path: "/v1/clock", roles: everyone, handle: s.clock},
		{method: get, path: "/v1/reports/summary", roles: staff, handle: s.summary},
		{method: get, path: "/v1/reports/controls", roles: parties, handle: s.controls},
	}
}

// bankRoutes take bank statements, and say what became of their lines.
func (s *server) bankRoutes() []route {
	return []route{
		{method: post, path: "/v1/bank-statements", roles: owners, handle: s.takeStatements, limit: statementLimit},
		{method: get, path: "/v1/bank-statements/{id}", roles: owners, handle: s.showStatement},
		{method: get, path: "/v1/bank-statements/{id}/file", roles: supervisors, handle: s.downloadStatement},
		{method: get, path: "/v1/bank-lines", roles: parties, handle: s.listBankLines},
		{method: get, path: "/v1/bank-lines/{id}", roles: parties, scope: s.inBankLine, handle: s.showBankLine},
		{method: post, path: "/v1/bank-lines/{id}/match", roles: parties, scope: s.inBankLine, handle: s.matchBankLine},
		{method: post, path: "/v1/bank-lines/{id}/undo", roles: parties, scope: s.inBankLine, handle: s.undoBankLine},
	}
}

// settingRoutes are for those who answer for the installation.
func (s *server) settingRoutes() []route {
	return []route{
		{method: get, path: "/v1/creditors", roles: parties, handle: s.listCreditors},
		{method: post, path: "/v1/creditors", roles: supervisors, handle: s.addCreditor},
		{method: get, path: "/v1/creditors/{id}", roles: parties, scope: s.inCreditor, handle: s.showCreditor},
		{method: put, path: "/v1/creditors/{id}", roles: supervisors, scope: s.inCreditor, handle: s.changeCreditor},
		{method: put, path: "/v1/creditors/{id}/brand", roles: owners, scope: s.inCreditor, handle: s.changeBrand},
		{method: get, path: "/v1/creditors/{id}/keys", roles: owners, scope: s.inCreditor, handle: s.listCreditorKeys},
		{method: post, path: "/v1/creditors/{id}/keys", roles: supervisors, scope: s.inCreditor, handle: s.addCreditorKey},
		{method: post, path: "/v1/creditors/{id}/keys/{key}/rotate", roles: owners, scope: s.inCreditor, handle: s.rotateCreditorKey},
		{method: post, path: "/v1/creditors/{id}/keys/{key}/revoke", roles: owners, scope: s.inCreditor, handle: s.revokeCreditorKey},
		{method: get, path: "/v1/keys", roles: operators, handle: s.listKeys},
		{method: post, path: "/v1/keys", roles: operators, handle: s.addKey},
		{method: post, path: "/v1/keys/{key}/rotate", roles: operators, handle: s.rotateKey},
		{method: post, path: "/v1/keys/{key}/revoke", roles: operators, handle: s.revokeKey},
		{method: get, path: "/v1/firms", roles: staff, handle: s.listFirms},
		{method: post, path: "/v1/firms", roles: supervisors, handle: s.addFirm},
		{method: put, path: "/v1/firms/{firm}", roles: supervisors, handle: s.changeFirm},
		{method: get, path: "/v1/strategies", roles: parties, handle: s.listStrategies},
		{method: post, path: "/v1/strategies", roles: supervisors, handle: s.addStrategy},
		{method: get, path: "/v1/strategies/{ref}", roles: parties, handle: s.showStrategy},
		{method: get, path: "/v1/letters", roles: parties, handle: s.listLetters},
		{method: get, path: "/v1/stops", roles: staff, handle: s.listStops},
		{method: post, path: "/v1/stops", roles: supervisors, handle: s.placeStop},
		{method: post, path: "/v1/stops/{stop}/lift", roles: supervisors, handle: s.liftStop},
	}
}

// echoPath writes an OpenAPI path as echo does.
func echoPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
