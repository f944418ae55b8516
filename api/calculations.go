package api

import (
	"context"
	"errors"

	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/question"
)

// calculationRoutes answer questions about the law without a case.
func (s *server) calculationRoutes() []route {
	on := func(what string, h handler) route {
		return route{method: post, path: "/v1/calculations/" + what, roles: everyone, handle: h, pure: true}
	}
	return []route{
		on("limitation", calculate[question.Limitation](s)),
		on("interest", calculate[question.Interest](s)),
		on("vat", calculate[question.VAT](s)),
		on("routes", calculate[question.Routes](s)),
		on("terms", calculate[question.Terms](s)),
		on("deadlines", calculate[question.Deadline](s)),
	}
}

// asks is a question about the law that answers itself by the laws of the
// places, with flags in a language.
type asks[A any] interface {
	Answer(laws law.Places, language string) (A, error)
}

// calculate answers a question by the law with an operator's own rates; what of
// it cannot be is a 400 that names the fields.
func calculate[Q asks[A], A any](s *server) handler {
	return func(ctx context.Context, c *call) (answer, error) {
		q, err := decode[Q](c)
		if err != nil {
			return answer{}, err
		}
		laws, err := s.Rates.Laws(ctx)
		if err != nil {
			return answer{}, err
		}
		a, err := q.Answer(laws, c.lang)
		var wrong question.Faults
		if errors.As(err, &wrong) {
			faults := make([]fault, len(wrong))
			for i, f := range wrong {
				faults[i] = fault{Field: f.Field, Code: f.Code, Detail: f.Detail}
			}
			return answer{}, told(faults)
		}
		if err != nil {
			return answer{}, err
		}
		return ok(a)
	}
}
