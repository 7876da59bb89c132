package main

import (
	"bufio"
	"bytes"
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// filesIn lists what lies in the warehouse: files and bytes by folder.
func filesIn(dir string) ([]fileReport, error) {
	byFolder := map[string]*fileReport{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		folder := filepath.Dir(path)
		if byFolder[folder] == nil {
			byFolder[folder] = &fileReport{Path: folder}
		}
		byFolder[folder].Files++
		byFolder[folder].Bytes += info.Size()
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []fileReport
	for _, f := range byFolder {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b fileReport) int { return cmp.Compare(a.Path, b.Path) })
	return all, nil
}

// peakRSS returns the most memory that the process has had, in bytes, where the
// system tells (Linux); else 0.
func peakRSS() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		name, rest, _ := bytes.Cut(line, []byte(":"))
		if string(name) != "VmHWM" {
			continue
		}
		s := bufio.NewScanner(bytes.NewReader(rest))
		s.Split(bufio.ScanWords)
		if s.Scan() {
			if kb, err := strconv.ParseInt(s.Text(), 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	return 0
}
