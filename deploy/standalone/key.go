package standalone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// keyring makes API keys and knows them again.
type keyring interface {
	NewKey(ctx context.Context, k record.Key) (record.Key, string, error)
	KeyBySecret(ctx context.Context, secret string) (record.Key, error)
}

// operatorKey gives the secret of the operator's key, which is made once and
// kept in a file that its owner alone may read. A key that was revoked, or that
// belongs to another database, is replaced.
func operatorKey(ctx context.Context, keys keyring, file string) (string, error) {
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		secret := strings.TrimSpace(string(text))
		k, err := keys.KeyBySecret(ctx, secret)
		if err == nil && k.Role == debt.Operator && k.Revoked.IsZero() {
			return secret, nil
		}
		if err != nil && !errors.Is(err, record.ErrNotFound) {
			return "", fmt.Errorf("look for the operator's key: %w", err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("read the operator's key: %w", err)
	}
	_, secret, err := keys.NewKey(ctx, record.Key{Role: debt.Operator, Label: "made at the first start"})
	if err != nil {
		return "", fmt.Errorf("make the operator's key: %w", err)
	}
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the operator's key: %w", err)
	}
	return secret, nil
}
