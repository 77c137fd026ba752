// Package files keeps the bytes of attachments: in a local folder, or in a bucket of
// an S3 server. Both are a chat.Blobs, and pass the same conformance suite.
//
// Keys are random and name nothing: what a person called a file never becomes part of
// a path.
package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// Store keeps files.
type Store interface {
	chat.Blobs
	// Check writes, reads and deletes a small file, to say whether the place works.
	Check(ctx context.Context) error
	// Close lets go of the place.
	Close() error
}

// Credentials sign requests to an S3 server.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
}

// Place says where files are kept: Folder, or Bucket on an S3 server.
type Place struct {
	// Folder is a path of this machine.
	Folder string
	// Bucket, Endpoint (http or https; nil is Amazon's) and Region name an S3 bucket.
	Bucket   string
	Endpoint *url.URL
	Region   string
}

// bucketName is what S3 allows, without the dots that break its certificates.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

// ParsePlace reads file://folder (relative), file:///folder (absolute) or
// s3://bucket?endpoint=…&region=….
func ParsePlace(text string) (Place, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Place{}, errors.New("not a URL")
	}
	switch u.Scheme {
	case "file":
		if folder := u.Host + u.Path; folder != "" {
			return Place{Folder: folder}, nil
		}
		return Place{}, errors.New("names no folder")
	case "s3":
		return parseBucket(u)
	}
	return Place{}, errors.New("neither file:// nor s3://")
}

func parseBucket(u *url.URL) (Place, error) {
	if !bucketName.MatchString(u.Host) || strings.Trim(u.Path, "/") != "" {
		return Place{}, errors.New("names no bucket")
	}
	p := Place{Bucket: u.Host, Region: u.Query().Get("region")}
	if p.Region == "" {
		p.Region = "us-east-1"
	}
	if text := u.Query().Get("endpoint"); text != "" {
		endpoint, err := url.Parse(text)
		if err != nil || endpoint.Host == "" || (endpoint.Scheme != "http" && endpoint.Scheme != "https") {
			return Place{}, errors.New("its endpoint is not an http(s) URL")
		}
		p.Endpoint = endpoint
	}
	return p, nil
}

// Open opens the place; a folder is made when it is missing. A bucket is not looked
// at before its first use, so that a start does not wait for it.
func Open(p Place, c Credentials) (Store, error) {
	if p.Bucket != "" {
		return openS3(p, c)
	}
	return openFolder(p.Folder)
}

// key is what a storage key looks like: nothing in it can leave a folder.
var key = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{15,127}$`)

// errKey is a defect of the caller: keys come from random bytes, never from people.
func checkKey(name string) error {
	if !key.MatchString(name) {
		return fmt.Errorf("files: %q is no storage key", name)
	}
	return nil
}

// exact reads exactly size bytes of src: one less or one more is an error, told before
// the last byte is handed out, so that no reader takes a wrong file for a whole one.
type exact struct {
	src  io.Reader
	left int64
	err  error
}

// errSize means that the source is not as long as its owner said.
var errSize = models.Invalid("files", "File is not as long as announced")

// Read implements io.Reader.
func (e *exact) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := 0, error(nil)
	if e.left > 0 {
		n, err = e.src.Read(p[:min(int64(len(p)), e.left)])
		e.left -= int64(n)
	}
	switch {
	case e.left == 0:
		e.err = e.atEnd()
	case errors.Is(err, io.EOF):
		e.err = errSize
	default:
		e.err = err
	}
	if e.err != nil && !errors.Is(e.err, io.EOF) {
		return 0, e.err
	}
	if n == 0 {
		return 0, e.err
	}
	return n, nil
}

// atEnd asks the source for one byte too many, and hopes for io.EOF.
func (e *exact) atEnd() error {
	if n, err := io.ReadFull(e.src, make([]byte, 1)); n == 0 {
		return err
	}
	return errSize
}

// blame tells whose fault a failed Put is: the source's error goes up as it is, and
// all else means that the place does not work.
func (e *exact) blame(err error) error {
	if e.err != nil && !errors.Is(e.err, io.EOF) {
		return fmt.Errorf("read the file: %w", e.err)
	}
	return models.ErrUnavailable.Because(fmt.Errorf("store a file: %w", err))
}

// probe is how both stores check themselves.
func probe(ctx context.Context, s Store, name string) error {
	const text = "parley"
	if err := s.Put(ctx, name, strings.NewReader(text), int64(len(text))); err != nil {
		return err
	}
	f, err := s.Open(ctx, name)
	if err != nil {
		return err
	}
	read, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close(), s.Delete(ctx, name)); err != nil {
		return err
	}
	if string(read) != text {
		return errors.New("files: what was written is not what is read")
	}
	return nil
}
