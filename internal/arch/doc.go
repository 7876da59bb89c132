// Package arch is a test: it parses every Go file of the repository, nested
// modules too, and holds them to the import rules of docs/architecture.md. It
// parses in-process, because a test that shells out to the go command is
// answered from the test cache after a violation.
package arch
