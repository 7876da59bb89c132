package main

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A setting is one Field=value of -set.
type setting struct{ field, value string }

func parseSettings(s string) ([]setting, error) {
	var list []setting
	for _, part := range words(s) {
		field, value, ok := strings.Cut(part, "=")
		if !ok || field == "" {
			return nil, fmt.Errorf("-set %q is not Field=value", part)
		}
		list = append(list, setting{field, value})
	}
	return list, nil
}

// apply sets fields of the struct that config points to, by their Go names in
// any case. It returns which settings found their field.
func apply(config any, settings []setting) (found []bool, err error) {
	v := reflect.ValueOf(config).Elem()
	found = make([]bool, len(settings))
	for i, s := range settings {
		field, ok := lookup(v, s.field)
		if !ok {
			continue
		}
		found[i] = true
		if err := assign(field, s.value); err != nil {
			return nil, fmt.Errorf("-set %s=%s: %w", s.field, s.value, err)
		}
	}
	return found, nil
}

// lookup finds a field that can be written as text.
func lookup(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && strings.EqualFold(f.Name, name) && settable(f.Type) {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func settable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Slice:
		return settable(t.Elem())
	}
	return false
}

// fields lists what apply can set, with its type.
func fields(config any) []string {
	var list []string
	t := reflect.TypeOf(config).Elem()
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() && settable(f.Type) {
			list = append(list, f.Name+" "+f.Type.String())
		}
	}
	return list
}

func assign(v reflect.Value, text string) error {
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	if _, ok := v.Interface().(fmt.Stringer); ok && v.CanUint() {
		return assignNamed(v, text)
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString(text)
	case v.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("want true or false")
		}
		v.SetBool(b)
	case v.Type() == reflect.TypeFor[time.Duration](): // a bare number would be nanoseconds
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("want a time with a unit, such as 90s or 720h")
		}
		v.SetInt(int64(d))
	case v.CanInt():
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return errors.New("want a whole number")
		}
		v.SetInt(n)
	case v.CanUint():
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return errors.New("want a whole number that is not negative")
		}
		v.SetUint(n)
	case v.CanFloat():
		x, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return errors.New("want a number")
		}
		v.SetFloat(x)
	case v.Kind() == reflect.Slice:
		return assignList(v, text)
	}
	return nil
}

// assignList reads "rate+review": the comma is between settings.
func assignList(v reflect.Value, text string) error {
	parts := strings.Split(text, "+")
	list := reflect.MakeSlice(v.Type(), len(parts), len(parts))
	for i, p := range parts {
		if err := assign(list.Index(i), p); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

// assignNamed reads an enumeration by the names that it prints.
func assignNamed(v reflect.Value, text string) error {
	var names []string
	for n := range uint64(32) {
		candidate := reflect.New(v.Type()).Elem()
		candidate.SetUint(n)
		name := candidate.Interface().(fmt.Stringer).String()
		if strings.Contains(name, strconv.FormatUint(n, 10)) || slices.Contains(names, name) {
			break // beyond the last: printed as a number
		}
		if strings.EqualFold(name, text) {
			v.SetUint(n)
			return nil
		}
		names = append(names, name)
	}
	return fmt.Errorf("want one of %s", strings.Join(names, ", "))
}

// values is the settable fields of a config as they are, for the output.
func values(config any) map[string]any {
	v := reflect.ValueOf(config).Elem()
	out := make(map[string]any)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || !settable(f.Type) {
			continue
		}
		switch x := v.Field(i).Interface().(type) {
		case fmt.Stringer:
			out[f.Name] = x.String()
		default:
			out[f.Name] = x
			if f.Type.Kind() == reflect.Slice {
				out[f.Name] = texts(v.Field(i))
			}
		}
	}
	return out
}

func texts(list reflect.Value) []string {
	out := []string{}
	for i := range list.Len() {
		out = append(out, fmt.Sprint(list.Index(i).Interface()))
	}
	return out
}
