package storage_test

import (
	"testing"

	"github.com/osusume/osusume/internal/faultfs"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/storage"
)

func open(t *testing.T, dir string, o storage.Options) *storage.Warehouse {
	t.Helper()
	w, err := storage.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func TestWarehouseKeepsTheContractOfStores(t *testing.T) {
	recommendertest.TestStore(t, func(t *testing.T) recommender.Store { return open(t, t.TempDir(), storage.Options{}) })
}

func TestWarehouseThatMergesOftenKeepsTheContractOfStores(t *testing.T) {
	recommendertest.TestStore(t, func(t *testing.T) recommender.Store {
		w, err := storage.OpenFS(faultfs.NewMem(), dir, storage.Options{CompactFiles: 2, Workers: 3})
		if err != nil {
			t.Fatal(err)
		}
		return w
	})
}

func TestWarehouseKeepsTheContractOfRegistries(t *testing.T) {
	recommendertest.TestRegistry(t, func(t *testing.T) recommender.Registry { return open(t, t.TempDir(), storage.Options{}) })
}
