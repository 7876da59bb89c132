package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A request without a user costs the models; one with a user also the fsync of
// its exposure.
func BenchmarkRecommend(b *testing.B) {
	dir := b.TempDir()
	if err := build(b.Context(), dir); err != nil {
		b.Fatal(err)
	}
	s, err := openServer(b.Context(), config{dir: dir, poll: time.Hour}, discard)
	if err != nil {
		b.Fatal(err)
	}
	h := s.handler()
	for _, c := range []struct{ name, user string }{{"none", ""}, {"known", "user-000001"}} {
		b.Run("user="+c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest("POST", "/recommendations", strings.NewReader(`{"anime_ids": [1], "user_id": "`+c.user+`"}`))
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Body)
				}
			}
		})
	}
	if err := s.close(); err != nil {
		b.Fatal(err)
	}
}
