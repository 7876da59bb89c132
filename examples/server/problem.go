package main

import (
	"fmt"
	"net/http"
)

// A problem is an error that the caller is told about, as RFC 9457 has it.
// Every other error is logged, and answered with a bare 500.
type problem struct {
	Type   string `json:"type"` // about:blank: the title is that of the status
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"` // of the request that is at fault: "anime_ids[2]"

	header http.Header // sent besides: Allow, Retry-After
	cause  error       // for the log
}

func (p *problem) Error() string {
	text := fmt.Sprintf("%d %s", p.Status, p.Detail)
	if p.Field != "" {
		text += " (" + p.Field + ")"
	}
	if p.cause != nil {
		text += ": " + p.cause.Error()
	}
	return text
}

func (p *problem) Unwrap() error { return p.cause }

// fault is a problem about a field of the request; field may be "".
func fault(status int, field, format string, args ...any) *problem {
	return &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Field: field, Detail: fmt.Sprintf(format, args...),
	}
}

// with adds a header to the answer.
func (p *problem) with(name, value string) *problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(name, value)
	return p
}

// because keeps the cause for the log.
func (p *problem) because(err error) *problem {
	p.cause = err
	return p
}

func (p *problem) reply() reply {
	body, _ := encode(p) // texts and a number always encode
	return reply{status: p.Status, media: "application/problem+json", body: body, header: p.header}
}
