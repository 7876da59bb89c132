package main

import (
	"net/http"
	"strings"
)

// A route is one way in.
type route struct {
	Method string
	Path   string // a pattern of http.ServeMux
	handle handler
}

func (s *server) routes() []route {
	return []route{
		{"GET", "/{$}", s.docs},
		{"GET", "/health", s.health},
		{"POST", "/recommendations", s.recommend},
		{"GET", "/models", s.models},
		{"GET", "/analytics/{model_version}", s.analytics},
		{"GET", "/ab-test/status", s.status},
		{"POST", "/events", s.event},
	}
}

// handler returns all routes as one http.Handler.
func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.Path, s.serve(r.allowed))
	}
	mux.Handle("/", s.serve(func(c *call) (reply, error) {
		return reply{}, fault(http.StatusNotFound, "", "there is no %s; GET / lists what there is", c.URL.Path)
	}))
	return mux
}

// allowed is the handler for the methods that the route knows.
func (r route) allowed(c *call) (reply, error) {
	allow := []string{r.Method}
	if r.Method == http.MethodGet {
		allow = append(allow, http.MethodHead)
	}
	for _, m := range allow {
		if c.Method == m {
			return r.handle(c)
		}
	}
	return reply{}, fault(http.StatusMethodNotAllowed, "", "%s does not take %s", c.URL.Path, c.Method).
		with("Allow", strings.Join(allow, ", "))
}
