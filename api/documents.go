package api

import (
	"context"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
)

// Sizes of documents: of the file itself, and of the body that brings it,
// which base64 makes a third larger.
const (
	documentLimit           = 20 << 20
	documentBodyLimit int64 = documentLimit*4/3 + 64<<10
)

// documentTypes are what a document may be.
var documentTypes = []string{"contract", "invoice", "delivery_note", "identity", "claim_receipt", "other"}

type documentRequest struct {
	Type    string `json:"type"`
	Name    string `json:"name"`
	Media   string `json:"media_type"`
	Content string `json:"content"`
}

func (s *server) listDocuments(ctx context.Context, c *call) (answer, error) {
	all, err := s.Documents.Documents(ctx, c.id())
	if err != nil {
		return answer{}, err
	}
	return ok(page[record.Document]{Items: some(all)})
}

// addDocument puts a document on the case, from a form or from JSON.
func (s *server) addDocument(ctx context.Context, c *call) (answer, error) {
	d, err := c.document()
	if err != nil {
		return answer{}, err
	}
	if len(d.Bytes) > documentLimit {
		return answer{}, refuse(http.StatusRequestEntityTooLarge, "document_too_large", "file", "a document has at most 20 MB")
	}
	added, err := s.Documents.AddDocument(ctx, c.id(), c.eventKey(), c.by(), d)
	if err != nil {
		return answer{}, err
	}
	s.wake(ctx, c.id())
	return created(added)
}

// document reads the document that a call brings.
func (c *call) document() (record.Document, error) {
	if c.form == nil {
		in, err := decode[documentRequest](c)
		if err != nil {
			return record.Document{}, err
		}
		b, err := base64.StdEncoding.DecodeString(in.Content)
		if err != nil {
			return record.Document{}, bad("malformed", "content", "content must be base64")
		}
		return record.Document{Type: in.Type, Name: in.Name, Media: in.Media, Bytes: b}, mediaType("media_type", in.Media)
	}
	d := record.Document{Type: c.form.fields["type"], Name: c.form.name, Media: c.form.media, Bytes: c.form.bytes}
	switch {
	case !slices.Contains(documentTypes, d.Type):
		return d, bad("not_one_of", "type", "type must be one of %s", law.Listed(documentTypes))
	case d.Name == "" || len([]rune(d.Name)) > 200:
		return d, bad("length", "file", "the file's name must have 1 to 200 characters")
	}
	if d.Media == "" {
		d.Media = "application/octet-stream"
	}
	return d, mediaType("file", d.Media)
}

// mediaType refuses a media type that is none (RFC 9110, section 8.3.1).
func mediaType(field, media string) error {
	kind, _, err := mime.ParseMediaType(media)
	main, sub, two := strings.Cut(kind, "/")
	if err != nil || !two || main == "" || sub == "" {
		return refuse(http.StatusUnprocessableEntity, "media_type_malformed", field, "the media type must be such as application/pdf")
	}
	return nil
}

// known refuses a document that is not on the case that the path names.
func (s *server) known(ctx context.Context, c *call, document string) error {
	return s.onCase(ctx, c.id(), document)
}

// onCase refuses a document that is not on a case.
func (s *server) onCase(ctx context.Context, caseID, document string) error {
	if document == "" {
		return nil
	}
	d, err := s.Documents.Document(ctx, document)
	if errors.Is(err, record.ErrNotFound) || err == nil && d.Case != caseID {
		return &debt.Refusal{Field: "document_id", Rule: "document_unknown", Detail: "case " + caseID + " has no document " + document}
	}
	return err
}

// showDocument gives a document's bytes, to be saved and not shown: what it
// holds is not ours.
func (s *server) showDocument(ctx context.Context, c *call) (answer, error) {
	d, err := s.Documents.Document(ctx, c.path["document"])
	if err != nil {
		return answer{}, err
	}
	if d.Case != c.id() {
		return answer{}, notFound()
	}
	return answer{status: http.StatusOK, raw: d.Bytes, media: "application/octet-stream", name: d.Name}, nil
}
