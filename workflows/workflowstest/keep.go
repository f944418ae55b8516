package workflowstest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
)

const suffix = ".json.gz"

// Kept reads what is kept of the lives in a folder: the JSON of each run's
// history by its name, which is the life's and the run's number.
func Kept(folder string) (map[string][]byte, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*"+suffix))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no histories are kept in %s: %w", folder, errors.Join(err, fs.ErrNotExist))
	}
	kept := map[string][]byte{}
	for _, name := range names {
		zipped, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a history: %w", err)
		}
		z, err := gzip.NewReader(bytes.NewReader(zipped))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		raw, err := io.ReadAll(z)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		kept[strings.TrimSuffix(filepath.Base(name), suffix)] = raw
	}
	return kept, nil
}

// LifeOf gives the life that a kept run belongs to.
func LifeOf(run string) string { return run[:strings.LastIndex(run, "-")] }

// RunOf gives the name of the n-th kept run of a life, counted from one.
func RunOf(life string, n int) string { return fmt.Sprintf("%s-%02d", life, n) }

// Record plays every life of which nothing is kept in the folder yet, keeps the
// histories and gives the lives' names. What is kept stays as it is.
func (r Studio) Record(ctx context.Context, folder string) ([]string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of histories: %w", err)
	}
	var lives []Life
	var names []string
	for _, l := range Lives() {
		if _, err := os.Stat(filepath.Join(folder, RunOf(l.Name, 1)+suffix)); err == nil {
			continue
		}
		lives, names = append(lives, l), append(names, l.Name)
	}
	played, err := r.Play(ctx, lives)
	if err != nil {
		return nil, err
	}
	return names, Keep(folder, played)
}

// Keep writes the histories of lives into a folder.
func Keep(folder string, played map[string][]*history.History) error {
	for life, runs := range played {
		for i := len(runs); i > 0; i-- { // the first last: a life whose first run is kept is kept whole
			if err := keep(filepath.Join(folder, RunOf(life, i)+suffix), runs[i-1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep writes a history, so that the same history gives the same bytes.
func keep(name string, h *history.History) error {
	raw, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(h)
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	var zipped bytes.Buffer
	z, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	_, err = z.Write(raw)
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	if err := os.WriteFile(name, zipped.Bytes(), 0o644); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	return nil
}
