package dedup_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/osusume/osusume/dedup"
	"github.com/osusume/osusume/recommender"
)

// hardCases are titles that look alike and are not one work, and titles that do
// not and are. A case is lines "source Title ; alias ; alias | year | format |
// episodes"; a line "--" separates works. All records of a work are to be one
// item, and no two works are.
var hardCases = []struct{ name, records string }{
	// Seasons.
	{"second and third season", "a Shingeki no Kyojin Season 2 | 2017\nb Shingeki no Kyojin 2nd Season | 2017\n--\na Shingeki no Kyojin Season 3 | 2018\nb Shingeki no Kyojin 3rd Season | 2018"},
	{"seasons without years", "a Shingeki no Kyojin Season 2\nb Shingeki no Kyojin 2\n--\na Shingeki no Kyojin Season 3\nb Shingeki no Kyojin 3"},
	{"roman and ordinal", "a Overlord II\nb Overlord 2nd Season\n--\na Overlord III\nb Overlord 3rd Season\n--\na Overlord\nb Overlord"},
	{"first season unnumbered", "a Haikyuu!! | 2014 | TV | 25\nb Haikyu!! ; Haikyuu!! | 2014 | TV\n--\na Haikyuu!! Second Season | 2015 | TV | 25\nb Haikyu!! 2nd Season ; Haikyuu!! Second Season | 2015 | TV"},
	{"season and bare number", "a Mob Psycho 100\nb Mob Psycho 100\n--\na Mob Psycho 100 II\nb Mob Psycho 100 Season 2\n--\na Mob Psycho 100 III\nb Mob Psycho 100 3"},
	{"S2 as a marker", "a Nanatsu no Taizai\nb Nanatsu no Taizai\n--\na Nanatsu no Taizai S2 | 2018\nb Nanatsu no Taizai 2nd Season | 2018"},
	{"native season", "a Kaze no Shima ; 風の島\nb 風の島\n--\na Kaze no Shima 2nd Season ; 風の島 第2期\nb 風の島 第二期"},
	{"the final season", "a Fruits Basket: The Final Season | 2021\nb Fruits Basket Final Season | 2021\n--\na Fruits Basket 2nd Season | 2020\nb Fruits Basket Season 2 | 2020"},
	{"final after number", "a Shingeki no Kyojin: The Final Season | 2020\nb Shingeki no Kyojin Final Season | 2020\n--\na Shingeki no Kyojin Season 3 | 2018\nb Shingeki no Kyojin 3 | 2018"},
	{"season named by a word", "a Natsume Yuujinchou | 2008\nb Natsume Yuujinchou | 2008\n--\na Zoku Natsume Yuujinchou | 2009\nb Zoku Natsume Yuujinchou | 2009"},
	{"san against zoku", "a Zoku Natsume Yuujinchou\nb Zoku Natsume Yuujinchou\n--\na Natsume Yuujinchou San\nb Natsume Yuujinchou San"},
	{"kai and rei", "a Higurashi no Naku Koro ni Kai\nb Higurashi no Naku Koro ni Kai\n--\na Higurashi no Naku Koro ni Rei\nb Higurashi no Naku Koro ni Rei"},
	{"season letters", "a Minami-ke: Okawari\nb Minami-ke Okawari\n--\na Minami-ke: Okaeri\nb Minami-ke Okaeri"},
	{"a season with a subtitle", "a Sword Art Online: Alicization | 2018\nb Sword Art Online: Alicization | 2018\n--\na Sword Art Online: Alicization - War of Underworld | 2019\nb Sword Art Online: Alicization War of Underworld | 2019"},
	{"season four against season five", "a Boku no Hero Academia 4th Season | 2019\nb My Hero Academia Season 4 ; Boku no Hero Academia 4 | 2019\n--\na Boku no Hero Academia 5th Season | 2021\nb My Hero Academia Season 5 ; Boku no Hero Academia 5 | 2021"},
	// Parts and cours.
	{"parts of a season", "a JoJo no Kimyou na Bouken Part 4: Diamond wa Kudakenai\nb JoJo no Kimyou na Bouken: Diamond wa Kudakenai ; JoJo no Kimyou na Bouken Part 4\n--\na JoJo no Kimyou na Bouken Part 5: Ougon no Kaze\nb JoJo no Kimyou na Bouken: Ougon no Kaze ; JoJo no Kimyou na Bouken Part 5"},
	{"part two", "a Re:Zero Season 2 | 2020\nb Re Zero 2nd Season | 2020\n--\na Re:Zero Season 2 Part 2 | 2021\nb Re Zero 2nd Season Part 2 | 2021"},
	{"second cour", "a Silver Mountain | 2014\nb Silver Mountain | 2014\n--\na Silver Mountain 2nd Cour | 2014\nb Silver Mountain Part 2 | 2014"},
	{"final season, parts", "a Shingeki no Kyojin: The Final Season Part 2 | 2022\nb Shingeki no Kyojin The Final Season Part 2 | 2022\n--\na Shingeki no Kyojin: The Final Season | 2020\nb Shingeki no Kyojin The Final Season | 2020"},
	{"film trilogy by numeral", "a Berserk: Ougon Jidai-hen I - Haou no Tamago | 2012 | Movie\nb Berserk Ougon Jidaihen I Haou no Tamago | 2012 | Movie\n--\na Berserk: Ougon Jidai-hen II - Doldrey Kouryaku | 2012 | Movie\nb Berserk Ougon Jidaihen II Doldrey Kouryaku | 2012 | Movie"},
	{"chapters of a film series", "a Kara no Kyoukai 1: Fukan Fuukei | 2007 | Movie\nb Kara no Kyoukai: Fukan Fuukei | 2007 | Movie\n--\na Kara no Kyoukai 5: Mujun Rasen | 2008 | Movie\nb Kara no Kyoukai: Mujun Rasen | 2008 | Movie"},
	// A format that one title says and the other leaves to the record; subtitles.
	{"a format in the title or in the record", "a Kaze no Bouken | 2012 | TV | 25\nb Kaze no Bouken ; 風の冒険 | 2012 | TV | 25\nc Kaze no Bouken | 2012 | TV\n--\na Kaze no Bouken | 0 | OVA | 5\nb Kaze no Bouken OVA ; 風の冒険 OVA | 0 | OVA\nc Kaze no Bouken (OVA) | 0 | OVA"},
	{"a subtitle under two names of the franchise", "a Meitantei Haru: Hiiro no Kagami ; Detective Haru: The Scarlet Mirror | 2021 | Movie\nb Case Reopened: The Scarlet Mirror | 2021 | Movie\n--\na Meitantei Haru: Kurogane no Fune ; Detective Haru: The Iron Submarine | 2023 | Movie\nb Case Reopened: The Iron Submarine | 2023 | Movie"},
	// Half translations, which share a name and no more.
	{"a name and a translated title", "a Komugi-chan no Karan Korou | 1950 | Movie | 1\nb Komugi-chan's Clip Clop Clogs | 1950 | Movie\n--\na Komugi-chan no Haru | 1961 | Movie | 1\nb Komugi-chan's Spring Song | 1961 | Movie"},
	// What is left over once the series has found itself.
	{"a special under its subtitle", "a Neko to Inu no Mise | 2012 | TV | 12\nb Neko to Inu no Mise | 2012 | TV | 12\n--\na Neko to Inu no Mise Special | 0 | Special | 1\nb Neko to Inu no Mise: Onsen no Maki"},
	{"a trailer of a series", "a Tsubame no Sora | 2018 | TV | 12\nb Tsubame no Sora | 2018 | TV\n--\na Tsubame no Sora PV | 0 | ONA | 1\nb Tsubame no Sora PV"},
	// Punctuation that is the season.
	{"working", "a WORKING!! | 2010\nb Working!! | 2010\n--\na WORKING'!! | 2011\nb Working'!! | 2011\n--\na WORKING!!! | 2015\nb Working!!! | 2015"},
	{"working without years", "a WORKING!!\nb Working!!\n--\na WORKING!!!\nb Working!!!"},
	{"k-on", "a K-ON! | 2009 | TV | 13\nb K-On! | 2009 | TV\n--\na K-ON!! | 2010 | TV | 26\nb K-On!! | 2010 | TV"},
	{"k-on without years", "a K-ON!\nb K-On!\n--\na K-ON!!\nb K-On!!"},
	{"gintama and its apostrophe", "a Gintama | 2006\nb Gintama | 2006\n--\na Gintama' | 2011\nb Gintama' | 2011"},
	{"gintama and its degree sign", "a Gintama° | 2015\nb Gintama° | 2015\n--\na Gintama. | 2017\nb Gintama. | 2017"},
	{"rabbit", "a Gochuumon wa Usagi Desu ka? | 2014\nb Gochuumon wa Usagi desu ka? | 2014\n--\na Gochuumon wa Usagi Desu ka?? | 2015\nb Gochuumon wa Usagi desu ka?? | 2015"},
	{"an exclamation mark that one leaves out", "a Yuru Yuri!\nb Yuru Yuri"},
	{"three against two", "a Hidamari Sketch x 365\nb Hidamari Sketch x 365\n--\na Hidamari Sketch x Hoshimittsu\nb Hidamari Sketch x Hoshimittsu"},
	{"question mark sequel", "a Nisekoi | 2014\nb Nisekoi | 2014\n--\na Nisekoi: | 2015\nb Nisekoi: | 2015"},
	// Remakes and years.
	{"hunter", "a Hunter x Hunter | 1999 | TV | 62\nb Hunter × Hunter | 1999 | TV | 62\n--\na Hunter x Hunter (2011) | 2011 | TV | 148\nb Hunter x Hunter | 2011 | TV | 148"},
	{"a year in brackets alone", "a Hunter x Hunter | 1999\nb Hunter x Hunter | 1999\n--\na Hunter x Hunter (2011)\nb Hunter x Hunter (2011)"},
	{"alchemist", "a Fullmetal Alchemist ; Hagane no Renkinjutsushi | 2003 | TV | 51\nb Hagane no Renkinjutsushi ; Fullmetal Alchemist | 2003\n--\na Fullmetal Alchemist: Brotherhood ; Hagane no Renkinjutsushi: Fullmetal Alchemist | 2009 | TV | 64\nb Hagane no Renkinjutsushi (2009) ; Fullmetal Alchemist: Brotherhood | 2009"},
	{"a remake after thirty years", "a Dororo | 1969 | TV | 26\nb Dororo | 1969 | TV\n--\na Dororo | 2019 | TV | 24\nb Dororo | 2019 | TV"},
	{"a remake and its tag", "a Fruits Basket | 2001 | TV | 26\nb Fruits Basket | 2001\n--\na Fruits Basket (2019) | 2019 | TV | 25\nb Fruits Basket 1st Season ; Fruits Basket (2019) | 2019"},
	{"three generations", "a Gegege no Kitarou | 1968\nb GeGeGe no Kitarou (1968) | 1968\n--\na Gegege no Kitarou (1985) | 1985\nb GeGeGe no Kitarou | 1985\n--\na Gegege no Kitarou (2018) | 2018\nb GeGeGe no Kitarou | 2018"},
	{"a year that is a number", "a Doraemon | 1979\nb Doraemon (1979) | 1979\n--\na Doraemon (2005) | 2005\nb Doraemon | 2005"},
	{"a date within the title", "a Android Announcer Maico 2010 | 1998 | TV | 24\nb Android Announcer MAICO 2010 | 1998 | TV | 24"},
	{"a number within the title", "a Maji Love 2000% ; Prince of Song 2 | 2013\nb Maji LOVE 2000% ; Prince of Song 2 | 2013"},
	{"crystal", "a Bishoujo Senshi Sailor Moon | 1992 | TV | 46\nb Sailor Moon ; Bishoujo Senshi Sailor Moon | 1992\n--\na Bishoujo Senshi Sailor Moon Crystal | 2014 | ONA | 26\nb Sailor Moon Crystal ; Bishoujo Senshi Sailor Moon Crystal | 2014"},
	{"kai", "a Dragon Ball Z | 1989 | TV | 291\nb Dragon Ball Z | 1989\n--\na Dragon Ball Kai | 2009 | TV | 97\nb Dragon Ball Kai ; Dragon Ball Z Kai | 2009"},
	{"ball, z and gt", "a Dragon Ball | 1986\nb Dragon Ball | 1986\n--\na Dragon Ball Z | 1989\nb Dragon Ball Z | 1989\n--\na Dragon Ball GT | 1996\nb Dragon Ball GT | 1996"},
	// Formats.
	{"series and film of one name", "a Akira no Umi | 2001 | TV | 12\nb Akira no Umi | 2001 | tvSeries\n--\na Akira no Umi | 2003 | Movie | 1\nb Akira no Umi | 2003 | movie"},
	{"film of a series", "a K-ON! Movie | 2011 | Movie | 1\nb Eiga K-On! ; K-ON! The Movie | 2011 | movie\n--\na K-ON!! | 2010 | TV | 26\nb K-On!! | 2010 | tvSeries"},
	{"steins gate and its film", "a Steins;Gate | 2011 | TV | 24\nb Steins Gate | 2011 | tvSeries\n--\na Steins;Gate Movie: Fuka Ryouiki no Déjà vu | 2013 | Movie | 1\nb Gekijouban Steins Gate: Fuka Ryouiki no Deja vu | 2013 | movie"},
	{"steins gate zero", "a Steins;Gate | 2011 | TV | 24\nb Steins;Gate | 2011\n--\na Steins;Gate 0 | 2018 | TV | 23\nb Steins;Gate 0 | 2018"},
	{"an ova beside its series", "a Black Lagoon | 2006 | TV | 12\nb Black Lagoon | 2006 | tvSeries\n--\na Black Lagoon: Roberta's Blood Trail | 2010 | OVA | 5\nb Black Lagoon: Robertas Blood Trail | 2010 | OVA"},
	{"second barrage", "a Black Lagoon | 2006 | TV | 12\nb Black Lagoon | 2006 | TV | 12\n--\na Black Lagoon: The Second Barrage | 2006 | TV | 12\nb Black Lagoon The Second Barrage | 2006 | TV | 12"},
	{"ova and oad are one", "a Silent Harbor OVA | 2012 | OVA\nb Silent Harbor OAD | 2012 | OVA\n--\na Silent Harbor | 2010 | TV\nb Silent Harbor | 2010 | TV"},
	{"specials", "a Toradora! | 2008 | TV | 25\nb Toradora! | 2008 | TV | 25\n--\na Toradora!: SOS! | 2008 | Special | 4\nb Toradora! SOS! | 2008 | Special | 4"},
	{"season two and its specials", "a Clannad: After Story | 2008 | TV | 24\nb Clannad After Story | 2008 | TV\n--\na Clannad: After Story - Mou Hitotsu no Sekai, Kyou-hen | 2009 | Special | 1\nb Clannad After Story: Mou Hitotsu no Sekai, Kyou Hen | 2009 | Special"},
	{"the film of clannad", "a Clannad | 2007 | TV | 23\nb Clannad | 2007 | TV\n--\na Clannad Movie | 2007 | Movie | 1\nb Clannad: The Motion Picture ; Clannad Movie | 2007 | Movie"},
	{"music video", "a Interstella | 2003 | Movie | 1\nb Interstella | 2003 | Movie\n--\na Interstella | 2003 | Music | 1\nb Interstella | 2003 | Music"},
	{"gekijouban in front", "a Gekijouban Kaizoku no Umi | 2004 | Movie\nb Kaizoku no Umi Movie | 2004 | Movie\n--\na Kaizoku no Umi | 2002 | TV\nb Kaizoku no Umi | 2002 | TV"},
	{"native film marker", "a 劇場版 星空の街 | 2006\nb Hoshizora no Machi Movie ; 星空の街 劇場版 | 2006 | Movie\n--\na 星空の街 | 2004\nb Hoshizora no Machi ; 星空の街 | 2004 | TV"},
	{"films by number", "a Detective Lark Movie 3: The Last Wizard | 1999 | Movie\nb Detective Lark: The Last Wizard ; Detective Lark Movie 3 | 1999 | Movie\n--\na Detective Lark Movie 4: Captured in Her Eyes | 2000 | Movie\nb Detective Lark: Captured in Her Eyes ; Detective Lark Movie 4 | 2000 | Movie"},
	{"recap film", "a Madoka Magica | 2011 | TV | 12\nb Mahou Shoujo Madoka Magica ; Madoka Magica | 2011 | TV\n--\na Madoka Magica Movie 1: Hajimari no Monogatari | 2012 | Movie\nb Madoka Magica Movie: Beginnings ; Madoka Magica Movie 1: Hajimari no Monogatari | 2012 | Movie\n--\na Madoka Magica Movie 3: Hangyaku no Monogatari | 2013 | Movie\nb Madoka Magica Movie: Rebellion ; Madoka Magica Movie 3: Hangyaku no Monogatari | 2013 | Movie"},
	{"recap special", "a Blue Reef | 2012 | TV | 24\nb Blue Reef | 2012 | TV | 24\n--\na Blue Reef Recap | 2012 | Special | 1\nb Blue Reef: Recap | 2012 | Special | 1"},
	{"prologue episode", "a Fate/Zero | 2011 | TV | 13\nb Fate Zero | 2011 | TV | 13\n--\na Fate/Zero 2nd Season | 2012 | TV | 12\nb Fate Zero Second Season | 2012 | TV | 12"},
	{"stay night three times", "a Fate/stay night | 2006 | TV | 24\nb Fate stay night | 2006 | TV\n--\na Fate/stay night Movie: Unlimited Blade Works | 2010 | Movie | 1\nb Gekijouban Fate/stay night: Unlimited Blade Works | 2010 | Movie\n--\na Fate/stay night: Unlimited Blade Works | 2014 | TV | 12\nb Fate/stay night Unlimited Blade Works | 2014 | TV | 12"},
	{"picture drama", "a Code Harbor | 2006 | TV | 25\nb Code Harbor | 2006 | TV\n--\na Code Harbor: Picture Drama | 2007 | Special | 9\nb Code Harbor Picture Drama | 2007 | Special | 9"},
	{"r2", "a Code Geass: Hangyaku no Lelouch | 2006 | TV | 25\nb Code Geass Hangyaku no Lelouch | 2006 | TV\n--\na Code Geass: Hangyaku no Lelouch R2 | 2008 | TV | 25\nb Code Geass Hangyaku no Lelouch R2 | 2008 | TV"},
	// Translations.
	{"attack on titan", "a Shingeki no Kyojin ; Attack on Titan ; 進撃の巨人 | 2013 | TV | 25\nb Attack on Titan | 2013 | tvSeries\nc 進撃の巨人 | 2013"},
	{"your name", "a Kimi no Na wa. ; Your Name. ; 君の名は。 | 2016 | Movie | 1\nb Your Name. | 2016 | movie\nc Kimi no Na wa | 2016"},
	{"only the original has the alias", "a Sen to Chihiro no Kamikakushi ; Spirited Away | 2001 | Movie\nb Spirited Away | 2001 | movie\nc Sen to Chihiro no Kamikakushi | 2001"},
	{"an alias of another season", "a Attack on Titan ; Shingeki no Kyojin | 2013 | TV | 25\nb Shingeki no Kyojin | 2013 | TV | 25\n--\na Attack on Titan Season 2 ; Shingeki no Kyojin Season 2 | 2017 | TV | 12\nb Shingeki no Kyojin Season 2 ; Attack on Titan 2 | 2017 | TV | 12"},
	{"translated number words", "a Kyou no Go no Ni | 2006 | OVA | 4\nb Today in Class 5-2 ; Kyou no Go no Ni | 2006 | OVA | 4"},
	// Romanisation and spelling.
	{"long vowels", "a Kyōkai no Kanata\nb Kyoukai no Kanata\nc KYOKAI NO KANATA"},
	{"particles", "a Sora wo Kakeru Shoujo\nb Sora o Kakeru Shojo"},
	{"ha and wa", "a Boku ha Tomodachi ga Sukunai\nb Boku wa Tomodachi ga Sukunai"},
	{"entities", "a Tom &amp; Kuro\nb Tom & Kuro\nc Tom and Kuro"},
	{"full width", "a ＫＩＺＵＭＯＮＯＧＡＴＡＲＩ　Ⅱ | 2016\nb Kizumonogatari II | 2016\n--\na ＫＩＺＵＭＯＮＯＧＡＴＡＲＩ　Ⅲ | 2017\nb Kizumonogatari III | 2017"},
	{"stars and notes", "a Lucky☆Star\nb Lucky Star"},
	{"spaces", "a Onee-chan ga Kita\nb Oneechan ga Kita"},
	{"the article", "a The Big O | 1999\nb Big O | 1999"},
	{"a swap of letters", "a Neon Genesis Evangelion | 1995 | TV | 26\nb Neon Genesis Evangleion | 1995 | TV | 26"},
	{"apostrophes", "a JoJo's Bizarre Adventure | 2012\nb JoJo’s Bizarre Adventure | 2012"},
	// Short and common titles.
	{"one letter", "a K | 2012 | TV | 13\nb K | 2012 | TV | 13\n--\na X | 2001 | TV | 24\nb X | 2001 | TV | 24"},
	{"x and its film", "a X | 2001 | TV | 24\nb X | 2001 | TV\n--\na X | 1996 | Movie | 1\nb X | 1996 | Movie"},
	{"numbers as titles", "a 91 Days | 2016\nb 91 Days | 2016\n--\na 11eyes | 2009\nb 11eyes | 2009"},
	{"kanon", "a Kanon | 2002 | TV | 13\nb Kanon | 2002 | TV\n--\na Kanon (2006) | 2006 | TV | 24\nb Kanon | 2006 | TV | 24"},
	{"another", "a Another | 2012 | TV | 12\nb Another | 2012 | TV | 12\n--\na Another: The Other | 2012 | OVA | 1\nb Another: The Other - Inga | 2012 | OVA | 1"},
	{"memories", "a Memories | 1995 | Movie\nb Memories | 1995 | Movie\n--\na Memories Off | 2000 | OVA\nb Memories Off | 2000 | OVA"},
	// Spin-offs that begin like the main work.
	{"rock lee", "a Naruto | 2002 | TV | 220\nb Naruto | 2002 | TV\n--\na Naruto: Shippuuden | 2007 | TV | 500\nb Naruto Shippuden ; Naruto: Shippuuden | 2007 | TV"},
	{"petit", "a Angel Beats! | 2010 | TV | 13\nb Angel Beats! | 2010 | TV\n--\na Angel Beats!: Another Epilogue | 2010 | Special | 1\nb Angel Beats! Another Epilogue | 2010 | Special"},
	{"railgun", "a Toaru Majutsu no Index | 2008 | TV | 24\nb Toaru Majutsu no Index | 2008\n--\na Toaru Kagaku no Railgun | 2009 | TV | 24\nb Toaru Kagaku no Railgun | 2009\n--\na Toaru Kagaku no Railgun S | 2013 | TV | 24\nb Toaru Kagaku no Railgun S | 2013"},
	{"gundam", "a Mobile Suit Gundam 00 | 2007\nb Mobile Suit Gundam 00 | 2007\n--\na Mobile Suit Gundam SEED | 2002\nb Mobile Suit Gundam SEED | 2002\n--\na Mobile Suit Gundam SEED Destiny | 2004\nb Mobile Suit Gundam SEED Destiny | 2004"},
	{"innocence", "a Koukaku Kidoutai | 1995 | Movie\nb Ghost in the Shell ; Koukaku Kidoutai | 1995 | Movie\n--\na Koukaku Kidoutai: Stand Alone Complex | 2002 | TV | 26\nb Ghost in the Shell: Stand Alone Complex ; Koukaku Kidoutai Stand Alone Complex | 2002 | TV\n--\na Koukaku Kidoutai: Stand Alone Complex 2nd GIG | 2004 | TV | 26\nb Ghost in the Shell: Stand Alone Complex 2nd GIG ; Koukaku Kidoutai Stand Alone Complex 2nd GIG | 2004 | TV"},
	{"works of one author in one year", "a The Cat Returns | 2002 | Movie\nb The Cat Returns | 2002 | Movie\n--\na The Dog Returns | 2002 | Movie\nb The Dog Returns | 2002 | Movie"},
}

func TestResolveIsRightOnHardPairs(t *testing.T) {
	if len(hardCases) < 70 {
		t.Fatalf("%d cases", len(hardCases))
	}
	for _, test := range hardCases {
		t.Run(test.name, func(t *testing.T) {
			records, want := hardRecords(t, test.records)
			got := groups(resolve(t, dedup.Config{}, nil, records))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("groups (-want +got):\n%s", diff)
			}
		})
	}
}

// hardRecords reads a case; every record gets a number of its own.
func hardRecords(t *testing.T, text string) (records []recommender.Item, want []string) {
	t.Helper()
	var members []string
	end := func() {
		slices.Sort(members)
		if len(members) > 1 {
			want = append(want, strings.Join(members, " "))
		}
		members = nil
	}
	for i, line := range strings.Split(text, "\n") {
		if line == "--" {
			end()
			continue
		}
		source, rest, _ := strings.Cut(line, " ")
		parts := strings.Split(rest, "|")
		for j := range parts {
			parts[j] = strings.TrimSpace(parts[j])
		}
		titles := strings.Split(parts[0], " ; ")
		it := item(fmt.Sprintf("%s:%d", source, i), titles[0], 0, titles[1:])
		if len(parts) > 1 {
			year, err := strconv.Atoi(parts[1])
			if err != nil {
				t.Fatal(err)
			}
			it.Year = year
		}
		for j, name := range []string{recommender.AttrFormat, recommender.AttrEpisodes} {
			if len(parts) > 2+j {
				it.Attrs[name] = parts[2+j]
			}
		}
		records = append(records, it)
		members = append(members, string(it.ID))
	}
	end()
	slices.Sort(want)
	return records, want
}
