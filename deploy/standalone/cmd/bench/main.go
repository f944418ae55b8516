// Command bench measures the engine, prints what it saw, and writes it into the
// document of figures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"syscall"

	"github.com/recobro/recobro/deploy/standalone/bench"
)

func main() {
	if served, code := bench.Served(); served {
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	full := flag.Bool("full", false, "measure at full size")
	try := flag.Bool("try", false, "only try whether every measure works, at sizes at which its figures say nothing")
	only := flag.String("run", "", "measure only what has a name that matches this expression")
	file := flag.String("write", "", "put the figures into this document")
	list := flag.Bool("list", false, "only list what is measured")
	flag.Parse()
	o := bench.Options{Full: *full, Try: *try, Out: out}
	if *list {
		for _, m := range bench.Measures() {
			fmt.Fprintf(out, "%s: %s\n", m.Name, m.About)
		}
		return nil
	}
	if *only != "" {
		var err error
		if o.Only, err = regexp.Compile(*only); err != nil {
			return fmt.Errorf("read -run: %w", err)
		}
	}
	all, err := bench.Run(ctx, o)
	if *file != "" && len(all) > 0 {
		err = errors.Join(err, bench.Write(*file, all))
	}
	for _, r := range all {
		err = errors.Join(err, r.Err)
		if r.Err == nil && !r.Kept() {
			fmt.Fprintf(out, "%s: a bar was missed\n", r.Measure.Name)
		}
	}
	return err
}
