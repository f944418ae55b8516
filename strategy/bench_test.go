package strategy_test

import (
	"testing"
	"time"
)

// BenchmarkForecast plays two years of one case, from before the due date to
// long after the last firm was asked.
func BenchmarkForecast(b *testing.B) {
	p := person(placeOf(b, "ES", "08001", ""), life{strategy: "es-business", due: "2026-10-01", opened: "2026-09-20T08:00:00Z"}.situation(b, "case-1"))
	now := time.Date(2026, 9, 20, 8, 0, 0, 0, time.UTC)
	until := now.AddDate(2, 0, 0)
	b.ReportAllocs()
	acts := 0
	for b.Loop() {
		acts = len(p.Forecast(0, now, until))
	}
	b.ReportMetric(float64(acts), "acts")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lives/s")
}

// BenchmarkNext takes one decision in the middle of a case's life.
func BenchmarkNext(b *testing.B) {
	p := person(placeOf(b, "ES", "08001", ""), life{strategy: "es-business", due: "2026-10-01", opened: "2026-09-20T08:00:00Z"}.situation(b, "case-1"))
	now := time.Date(2026, 9, 20, 8, 0, 0, 0, time.UTC)
	play(b, p, now, now.AddDate(0, 1, 0))
	now = now.AddDate(0, 1, 0)
	b.ReportAllocs()
	for b.Loop() {
		p.Next(0, now)
	}
}
