package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"
)

// A call is one request on its way, and what the log will say about it.
type call struct {
	*http.Request
	w       http.ResponseWriter
	user    string
	cohort  string
	version string
}

// A reply is what is sent back.
type reply struct {
	status int
	media  string
	body   []byte
	header http.Header // besides the usual ones
}

// A handler answers a call. An error that is a *problem is told to the caller,
// any other is only logged.
type handler func(*call) (reply, error)

// requestTime bounds one request from its headers to its answer.
const requestTime = 10 * time.Second

// serve makes an http.Handler of h: it limits the time, catches panics, writes
// the answer and logs one line.
func (s *server) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		c := &call{Request: r.WithContext(ctx), w: w}
		out, err := s.answer(c, h)
		status, sent := write(c, out)
		s.logCall(c, status, sent, time.Since(began), err)
	})
}

// answer runs h; its reply is ready to be written, whatever happened.
func (s *server) answer(c *call, h handler) (out reply, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			out = fault(http.StatusInternalServerError, "", "").reply()
		}
	}()
	if out, err = h(c); err == nil {
		return out, nil
	}
	p := (*problem)(nil)
	switch {
	case errors.As(err, &p):
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p = fault(http.StatusServiceUnavailable, "", "the request took longer than %v", requestTime).with("Retry-After", "1")
	default:
		p = fault(http.StatusInternalServerError, "", "")
	}
	return p.reply(), err
}

// write sends the reply. An error of the connection is the caller's end of it,
// and nothing is left to be done about it.
func write(c *call, out reply) (status, sent int) {
	h := c.w.Header()
	for name, values := range out.header {
		h[name] = values
	}
	h.Set("Content-Type", out.media)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	c.w.WriteHeader(out.status)
	if c.Method != http.MethodHead {
		sent, _ = c.w.Write(out.body)
	}
	return out.status, sent
}

// inJSON is a reply of v.
func inJSON(status int, v any) (reply, error) {
	body, err := encode(v)
	return reply{status: status, media: "application/json", body: body}, err
}

// encode is json.Marshal, but < and & stay as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func (s *server) logCall(c *call, status, sent int, took time.Duration, err error) {
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("method", c.Method), slog.String("path", c.URL.Path), slog.Int("status", status),
		slog.Int("bytes", sent), slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	for _, a := range []struct{ name, value string }{{"user", c.user}, {"cohort", c.cohort}, {"version", c.version}} {
		if a.value != "" {
			attrs = append(attrs, slog.String(a.name, a.value))
		}
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	if status >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) { // who left is no failure of ours
		level = slog.LevelError
	}
	s.log.LogAttrs(c.Context(), level, "request", attrs...)
}
