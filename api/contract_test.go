package api

import (
	"context"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pages are what is served beside the contract.
var pages = []string{"GET /docs", "GET /docs/{wildcard}"}

func TestEveryRouteIsInTheContractAndTheContractHasNoOther(t *testing.T) {
	s := &server{contract: loadContract("test")}
	var served, promised []string
	for _, r := range s.router().Routes() {
		served = append(served, r.Method+" "+openapiPath(r.Path))
	}
	for path, item := range s.contract.doc.Paths.Map() {
		for method := range item.Operations() {
			promised = append(promised, method+" "+path)
		}
	}
	sort.Strings(served)
	promised = append(promised, pages...)
	sort.Strings(promised)
	require.Equal(t, promised, served)
}

// openapiPath writes echo's path as OpenAPI does.
func openapiPath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
		if p == "*" {
			parts[i] = "{wildcard}"
		}
	}
	return strings.Join(parts, "/")
}

func TestTheContractIsValidOpenAPI303(t *testing.T) {
	k := loadContract("test")
	require.Equal(t, "3.0.3", k.doc.OpenAPI)
	require.NoError(t, k.doc.Validate(context.Background()))
}

func TestTheContractSaysWhoMayAsk(t *testing.T) {
	s := &server{contract: loadContract("test")}
	for _, r := range s.routes() {
		text := s.contract.operation(r).route.Operation.Description
		_, said, ok := strings.Cut(text, "Keys: ")
		require.True(t, ok, "%s %s does not say which keys may ask", r.method, r.path)
		if strings.TrimSpace(said) == "all." {
			require.Equal(t, everyone, r.roles, r.path)
			continue
		}
		for _, role := range everyone {
			require.Equal(t, slices.Contains(r.roles, role), strings.Contains(said, string(role)), "%s %s says %q; %s", r.method, r.path, said, role)
		}
	}
}

func TestEveryPostTakesAnIdempotencyKeyAndNoRequestTakesUnknownFields(t *testing.T) {
	s := &server{contract: loadContract("test")}
	for _, r := range s.routes() {
		op := s.contract.operation(r)
		p := op.route.Operation.Parameters.GetByInAndName("header", "Idempotency-Key")
		require.Equal(t, r.method == post, p != nil && p.Required, "%s %s", r.method, r.path)
		if m := op.media["application/json"]; m != nil {
			has := m.Schema.Value.AdditionalProperties.Has
			require.True(t, has != nil && !*has, "%s %s takes unknown fields", r.method, r.path)
		}
	}
}
