module github.com/osusume/osusume/docs/benchmarks/peers/sentiment/go

go 1.26

require (
	github.com/jonreiter/govader v0.0.0-20250429093935-f6505c8d03cc
	github.com/osusume/osusume v0.0.0
)

require gonum.org/v1/gonum v0.17.0 // indirect

replace github.com/osusume/osusume => ../../../../..
