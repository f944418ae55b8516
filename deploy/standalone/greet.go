package standalone

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
)

// Greet says where everything is and what to try first.
func (i *Installation) Greet(w io.Writer) {
	s := i.Settings
	file := filepath.Join(s.Folder, "operator.key")
	fmt.Fprintf(w, "Recobro runs.\n\n")
	fmt.Fprintf(w, "  API           %s/v1\n", i.URL)
	fmt.Fprintf(w, "  documentation %s/docs\n", i.URL)
	fmt.Fprintf(w, "  operator key  %s   (kept in %s)\n", i.Key, file)
	fmt.Fprintf(w, "  data, logs    %s\n", s.Folder)
	fmt.Fprintf(w, "  Temporal      %s, namespace %s\n", s.TemporalAddress, i.Parts.Namespace)
	fmt.Fprintf(w, "  messages      %s\n\n", i.channels())
	if i.restored() {
		fmt.Fprintf(w, "HELD: the record was restored to an earlier point, and nothing goes out until it is lifted: see standalone reconcile.\n\n")
	}
	fmt.Fprintf(w, "Try this next, or the first debt of README.md:\n\n")
	fmt.Fprintf(w, "  curl -H \"Authorization: Bearer $(cat %s)\" %s/v1/strategies\n\n", file, i.URL)
	fmt.Fprintf(w, "Ctrl-C stops; the next start goes on where this one ended.\n")
}

// restored reports whether the record is held since it was restored. Where that
// cannot be asked, what asks for it next will say so.
func (i *Installation) restored() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, held, err := i.Parts.Store.Restored(ctx)
	return err == nil && held
}

func (i *Installation) channels() string {
	s := i.Settings
	var live []string
	for _, c := range [][2]string{{"e-mail", s.Email}, {"SMS", s.SMS}, {"WhatsApp", s.WhatsApp}} {
		if c[1] != "outbox" {
			live = append(live, c[0]+" by "+c[1])
		}
	}
	if len(live) == 0 {
		return "stay in the outbox: nothing leaves this machine"
	}
	return "LIVE: " + strings.Join(live, ", ") + "; the rest stays in the outbox"
}
