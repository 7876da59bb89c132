package storage_test

import (
	"testing"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
	"github.com/osusume/osusume/storage"
)

func TestMemoryKeepsTheContractOfStores(t *testing.T) {
	recommendertest.TestStore(t, func(*testing.T) recommender.Store { return storage.NewMemory() })
}

func TestMemoryKeepsTheContractOfRegistries(t *testing.T) {
	recommendertest.TestRegistry(t, func(*testing.T) recommender.Registry { return storage.NewMemory() })
}
