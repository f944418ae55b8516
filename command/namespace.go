package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/recobro/recobro/workflows"
)

// retention is how long Temporal keeps a closed workflow; the record of a case
// is in PostgreSQL and stays.
const retention = 30 * 24 * time.Hour

// namespaceTimeout is how long a new namespace or search attribute may take to
// be known to every part of Temporal.
const namespaceTimeout = 30 * time.Second

// PrepareNamespace makes the namespace and its search attributes where they
// are missing, and waits until they can be used. Where the server does not
// allow that (Temporal Cloud), the error names what to make by hand.
func PrepareNamespace(ctx context.Context, c client.Client, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, namespaceTimeout)
	defer cancel()
	_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	var missing *serviceerror.NamespaceNotFound
	switch {
	case errors.As(err, &missing):
		_, err = c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
			Namespace: namespace, WorkflowExecutionRetentionPeriod: durationpb.New(retention),
			Description: "debt collection cases",
		})
		var exists *serviceerror.NamespaceAlreadyExists
		if err != nil && !errors.As(err, &exists) {
			return fmt.Errorf("make Temporal's namespace %s (if that is not allowed, make it by hand with a retention of 30 days): %w", namespace, err)
		}
	case err != nil:
		return fmt.Errorf("look for Temporal's namespace %s: %w", namespace, err)
	}
	// A new namespace is known to each part of Temporal a moment later.
	if err := again(ctx, func() error { return addAttributes(ctx, c, namespace) }); err != nil {
		return err
	}
	return again(ctx, func() error {
		query := workflows.Attributes[0] + ` = "none"`
		_, err := c.WorkflowService().CountWorkflowExecutions(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: namespace, Query: query})
		if err != nil {
			return fmt.Errorf("search Temporal's namespace %s by %s: %w", namespace, workflows.Attributes[0], err)
		}
		return nil
	})
}

// wrongKind says that somebody made a search attribute of ours as another kind.
type wrongKind struct {
	name, namespace string
	kind            enums.IndexedValueType
}

func (e *wrongKind) Error() string {
	return fmt.Sprintf("search attribute %s of Temporal's namespace %s is a %s: it must be a Keyword", e.name, e.namespace, e.kind)
}

func addAttributes(ctx context.Context, c client.Client, namespace string) error {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("list the search attributes of Temporal's namespace %s: %w", namespace, err)
	}
	add := map[string]enums.IndexedValueType{}
	for _, name := range workflows.Attributes {
		switch kind, known := have.GetCustomAttributes()[name]; {
		case !known:
			add[name] = enums.INDEXED_VALUE_TYPE_KEYWORD
		case kind != enums.INDEXED_VALUE_TYPE_KEYWORD:
			return &wrongKind{name, namespace, kind}
		}
	}
	if len(add) == 0 {
		return nil
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: add})
	var exists *serviceerror.AlreadyExists
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("add search attributes to Temporal's namespace %s (if that is not allowed, add %v as Keyword by hand): %w", namespace, workflows.Attributes, err)
	}
	return nil
}

// again runs do until it succeeds, the server says that it may not be done, or
// ctx ends.
func again(ctx context.Context, do func() error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := do()
		var denied *serviceerror.PermissionDenied
		var absent *serviceerror.Unimplemented
		var kind *wrongKind
		if err == nil || errors.As(err, &denied) || errors.As(err, &absent) || errors.As(err, &kind) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}
