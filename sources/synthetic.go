package sources

import "github.com/osusume/osusume/sources/synthetic"

// Synthetic configures the built-in world: four invented catalogues, their users,
// ratings and reviews, and the truth about them. synthetic.New makes it.
type Synthetic = synthetic.Config
