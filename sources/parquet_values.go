package sources

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// formatter returns how values of a Parquet type are written as text: numbers
// in decimal, times in RFC 3339, dates as 2006-01-02, UUIDs in hexadecimal groups.
func formatter(t parquet.Type) func(parquet.Value) string {
	if l := t.LogicalType(); l != nil {
		if f := logical(l); f != nil {
			return f
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }
	case parquet.Int32:
		return func(v parquet.Value) string { return strconv.FormatInt(int64(v.Int32()), 10) }
	case parquet.Int64:
		return func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case parquet.Float:
		return func(v parquet.Value) string { return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32) }
	case parquet.Double:
		return func(v parquet.Value) string { return strconv.FormatFloat(v.Double(), 'g', -1, 64) }
	case parquet.Int96:
		return int96Time
	default:
		return func(v parquet.Value) string { return strings.ToValidUTF8(string(v.ByteArray()), "\uFFFD") }
	}
}

// logical is the formatter of the annotated types that differ from their plain
// ones, nil for the others.
func logical(l *format.LogicalType) func(parquet.Value) string {
	switch l := l.Value.(type) {
	case *format.TimestampType:
		if l.Unit.Value == nil {
			return nil
		}
		unit := l.Unit.Value.Duration()
		perSecond := int64(time.Second / unit)
		return func(v parquet.Value) string {
			n := v.Int64()
			s, rest := n/perSecond, n%perSecond
			return time.Unix(s, rest*int64(unit)).UTC().Format(time.RFC3339Nano)
		}
	case *format.DateType:
		return func(v parquet.Value) string {
			return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
		}
	case *format.UUIDType:
		return func(v parquet.Value) string {
			b := v.ByteArray()
			if len(b) != 16 {
				return hex.EncodeToString(b)
			}
			return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
		}
	case *format.DecimalType:
		return func(v parquet.Value) string { return decimal(v, int(l.Scale)) }
	case *format.IntType:
		if !l.IsSigned {
			return func(v parquet.Value) string { return strconv.FormatUint(v.Uint64(), 10) }
		}
	}
	return nil
}

// int96Time is the time of day in nanoseconds and a Julian day, as old writers
// store times.
func int96Time(v parquet.Value) string {
	const unixEpoch = 2440588
	t := v.Int96()
	nanos := int64(t[1])<<32 | int64(t[0])
	return time.Unix((int64(t[2])-unixEpoch)*86400, 0).Add(time.Duration(nanos)).UTC().Format(time.RFC3339Nano)
}

// decimal writes an unscaled number with its point.
func decimal(v parquet.Value, scale int) string {
	var n big.Int
	switch v.Kind() {
	case parquet.Int32:
		n.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		n.SetInt64(v.Int64())
	default: // big-endian two's complement
		b := v.ByteArray()
		n.SetBytes(b)
		if len(b) > 0 && b[0]&0x80 != 0 {
			n.Sub(&n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
	}
	const most = 38 // digits that Parquet's decimals may have
	if scale <= 0 || scale > most {
		return n.String()
	}
	digits := new(big.Int).Abs(&n).String()
	if pad := scale + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	sign := ""
	if n.Sign() < 0 {
		sign = "-"
	}
	cut := len(digits) - scale
	return sign + digits[:cut] + "." + digits[cut:]
}
