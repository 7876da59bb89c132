package vec_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/osusume/osusume/internal/vec"
	"github.com/osusume/osusume/mf"
	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/recommender/recommendertest"
)

// What the order of summation is fixed for: a whole training, its tails
// included, ends in the same bytes, and ranks with the same scores.
func TestKernelsTrainTheSameModel(t *testing.T) {
	d := recommendertest.SmallWorld(1)
	table, err := recommender.Load(t.Context(), d, recommender.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	var scores []float32
	eachPath(t, func(t *testing.T) {
		m, err := mf.Config{Factors: 20, Epochs: 3, Candidates: 20}.Train(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := m.(io.WriterTo).WriteTo(&got); err != nil {
			t.Fatal(err)
		}
		s := m.(recommender.Scorer)
		dst := make([]float32, len(s.Catalog()))
		if err := s.ScoreAll(t.Context(), recommender.Request{User: table.Users[0]}, dst); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want, scores = got.Bytes(), dst
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("the model differs from that of kernel %s", vec.Paths()[0])
		}
		for i := range dst {
			if !same(dst[i], scores[i]) {
				t.Errorf("item %d scores %v, want %v", i, dst[i], scores[i])
			}
		}
	})
}
