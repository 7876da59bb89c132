package synthetic_test

import (
	"context"
	"fmt"
	"log"

	"github.com/osusume/osusume/recommender"
	"github.com/osusume/osusume/sources/synthetic"
	"github.com/osusume/osusume/storage"
)

// One work as the catalogues describe it.
func ExampleNew() {
	world, err := synthetic.New(synthetic.Config{Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	for _, catalogue := range world.Catalogues() {
		for page, err := range catalogue.Pages(context.Background(), "") {
			if err != nil {
				log.Fatal(err)
			}
			for _, record := range page.Items {
				if work, _ := world.Work(record.ID); work == "work:187" {
					fmt.Printf("%s: %s (%d, %s)\n", record.ID, record.Title, record.Year, record.Attrs[recommender.AttrFormat])
				}
			}
		}
	}
	// Output:
	// anilist:3150: Oujo Rokurou-san wa Yamerarenai (2025, TV)
	// mal:4873: Ojo Rokuro-san wa Yamerarenai (2025, TV)
	// kitsu:1567: Rokurou the Princess Can't Quit (2025, tv)
	// imdb:tt0110166: Rokurou the Princess Can't Quit (2025, tvSeries)
}

// A world read into a store.
func Example() {
	world, err := synthetic.New(synthetic.Config{Seed: 7, Works: 100, Users: 20, Ratings: 200, Reviews: 20})
	if err != nil {
		log.Fatal(err)
	}
	store := storage.NewMemory()
	for _, source := range append(world.Catalogues(), world.Ratings(), world.Reviews()) {
		report, err := recommender.Ingest(context.Background(), source, store, recommender.IngestOptions{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(source.Name(), report.Items, report.Interactions)
	}
	// Output:
	// anilist 75 0
	// mal 92 0
	// kitsu 58 0
	// imdb 42 0
	// ratings 0 201
	// reviews 0 15
}

// What one user would like, and what they have rated.
func ExampleWorld_Oracle() {
	world, err := synthetic.New(synthetic.Config{Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	oracle := world.Oracle()
	for page, err := range world.Ratings().Pages(context.Background(), "") {
		if err != nil {
			log.Fatal(err)
		}
		for _, x := range page.Interactions[30:34] {
			like, err := oracle.Like(x.User, x.Item)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%s: %s %.1f stars to %s, four or more with chance %.2f\n", x.User, x.Kind, x.Value, x.Item, like)
		}
		break
	}
	// Output:
	// user-000002: rate 2.0 stars to mal:3945, four or more with chance 0.04
	// user-000002: rate 4.5 stars to mal:3685, four or more with chance 0.84
	// user-000002: view 0.0 stars to mal:3901, four or more with chance 0.94
	// user-000002: view 0.0 stars to mal:3601, four or more with chance 0.23
}

// A review, and the opinion behind it.
func ExampleWorld_Reviews() {
	world, err := synthetic.New(synthetic.Config{Seed: 7})
	if err != nil {
		log.Fatal(err)
	}
	for page, err := range world.Reviews().Pages(context.Background(), "") {
		if err != nil {
			log.Fatal(err)
		}
		for _, x := range page.Interactions[1:4] {
			opinion, err := world.Oracle().Opinion(x.User, x.Item)
			if err != nil {
				log.Fatal(err)
			}
			fmt.Printf("%.1f stars, opinion %+.2f: %s\n", x.Value, opinion, x.Text)
		}
		break
	}
	// Output:
	// 4.5 stars, opinion +0.56: 星見ヶ丘手紙部 is quite nice. The main character grows in a believable way, which is nice. The story is what you would expect from the synopsis.
	// 4.0 stars, opinion +0.80: Kompasu o Todokeru Mahotsukai Movie - Banno na Hokoku is a masterpiece, and I do not say that lightly. It is incredibly well paced, I watched it all in one happy night, and the art is incredibly beautiful. The main character grows in a believable way, which is nice, and the voice actors do a good job.
	// 3.5 stars, opinion +0.19: I watched Nemutai Hashi to Bouenkyou over a week. It drags a bit in the middle. The animation does its job. The plot is not very interesting, and the music is there and then it is not. Make of that what you will.
}
