// Textclass scores the lines of its input by a model behind HTTP that speaks the
// common text-classification form, such as a transformer in an inference server:
//
//	go run ./examples/textclass -url http://127.0.0.1:8080/ <reviews.txt
//
// It prints a compound in [-1, 1] and the line, parted by a tab. Its [Client] is
// a sentiment.Scorer: given to sentiment.Config, it scores reviews in the place of
// the lexicon. The form: a POST of {"inputs": ["a text", ...]} is answered by a
// list with, for each text, a list of {"label": "POSITIVE", "score": 0.98}, or the
// best such object alone.
package main
