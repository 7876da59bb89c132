package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits on what a request may bring.
const (
	maxBody   = 64 << 10 // bytes: a hundred long IDs fit several times over
	maxSeeds  = 100
	maxList   = 100 // recommendations in one answer
	maxUserID = 256 // bytes
	maxItemID = 1024
)

// decode reads the body of r into v, strictly: one JSON object, no fields that
// v does not have, nothing after it. The error is a *problem that names the field.
func decode(w http.ResponseWriter, r *http.Request, v any) error {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := params["charset"]; err != nil || media != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return fault(http.StatusUnsupportedMediaType, "", "the Content-Type is %q; it must be application/json", r.Header.Get("Content-Type")).
			with("Accept", "application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return fault(http.StatusRequestEntityTooLarge, "", "the body is longer than %d bytes", tooLarge.Limit)
	}
	if err != nil {
		return fault(http.StatusBadRequest, "", "the body cannot be read to its end").because(err)
	}
	return decodeObject(body, v)
}

func decodeObject(body []byte, v any) error {
	switch {
	case !utf8.Valid(body):
		return fault(http.StatusBadRequest, "", "the body is not UTF-8")
	case !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")):
		return fault(http.StatusBadRequest, "", "the body must be a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return decodeFault(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault(http.StatusBadRequest, "", "the body goes on after its JSON object")
	}
	return nil
}

// decodeFault names the field that a decoder stumbled over.
func decodeFault(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return fault(http.StatusBadRequest, wrongType.Field, "a JSON %s stands where a %s is wanted", wrongType.Value, jsonType(wrongType))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		field := strings.Trim(name, `"`)
		return fault(http.StatusBadRequest, field, "there is no field %s", name)
	}
	return fault(http.StatusBadRequest, "", "the body is not valid JSON: %v", err)
}

func jsonType(err *json.UnmarshalTypeError) string {
	switch name := err.Type.String(); name {
	case "int":
		return "whole number"
	case "float32", "float64":
		return "number"
	case "[]json.RawMessage":
		return "list"
	default:
		return name
	}
}

// checkUserID says whether id can name a user.
func checkUserID(id string) error {
	return checkID("user_id", id, maxUserID)
}

func checkID(field, id string, limit int) error {
	if len(id) > limit {
		return fault(http.StatusUnprocessableEntity, field, "it is %d bytes long; %d are allowed", len(id), limit)
	}
	if strings.ContainsFunc(id, unicode.IsControl) {
		return fault(http.StatusUnprocessableEntity, field, "%q contains a control character", id)
	}
	return nil
}

// indexed names an element of a list.
func indexed(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
