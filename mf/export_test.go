package mf

// Unverified returns c with negatives that may be the user's own: what looking
// costs and is worth is measured by leaving it out.
func Unverified(c Config) Config {
	c.unverified = true
	return c
}
