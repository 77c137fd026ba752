package files

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"parley/models"
)

// tries bounds how often a request is made: people wait for it.
const tries = 3

// amazon is where buckets without an endpoint are.
var amazon = url.URL{Scheme: "https", Host: "s3.amazonaws.com"}

// bucket keeps files on an S3 server.
type bucket struct {
	client    *minio.Client
	transport *http.Transport
	name      string
}

func openS3(p Place, c Credentials) (Store, error) {
	endpoint, lookup := &amazon, minio.BucketLookupAuto
	if p.Endpoint != nil {
		// Servers other than Amazon's seldom have a host name per bucket.
		endpoint, lookup = p.Endpoint, minio.BucketLookupPath
	}
	secure := endpoint.Scheme == "https"
	transport, err := minio.DefaultTransport(secure)
	if err != nil {
		return nil, fmt.Errorf("open the bucket: %w", err)
	}
	client, err := minio.New(endpoint.Host, &minio.Options{
		Creds:        credentials.NewStaticV4(c.AccessKeyID, c.SecretAccessKey, ""),
		Secure:       secure,
		Region:       p.Region,
		BucketLookup: lookup,
		MaxRetries:   tries,
		Transport:    transport,
	})
	if err != nil {
		return nil, fmt.Errorf("open the bucket: %w", err)
	}
	return &bucket{client: client, transport: transport, name: p.Bucket}, nil
}

// Put implements chat.Blobs.
func (b *bucket) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := checkKey(name); err != nil {
		return err
	}
	source := &exact{src: r, left: size}
	if size == 0 {
		// The client would not look at the source at all.
		if _, err := source.Read(nil); !errors.Is(err, io.EOF) {
			return source.blame(err)
		}
	}
	// What a file is stands in the database and nowhere else: a bucket that is opened
	// to the world by mistake serves bytes to save, not pages to run.
	_, err := b.client.PutObject(ctx, b.name, name, source, size,
		minio.PutObjectOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return source.blame(err)
	}
	return nil
}

// Open implements chat.Blobs.
func (b *bucket) Open(ctx context.Context, name string) (io.ReadSeekCloser, error) {
	if err := checkKey(name); err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.name, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, translate(err)
	}
	// GetObject asks for nothing until it is read.
	if _, err := object.Stat(); err != nil {
		_ = object.Close() // its error is the one we have
		return nil, translate(err)
	}
	return object, nil
}

// Delete implements chat.Blobs.
func (b *bucket) Delete(ctx context.Context, name string) error {
	if err := checkKey(name); err != nil {
		return err
	}
	err := b.client.RemoveObject(ctx, b.name, name, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).Code != minio.NoSuchKey {
		return translate(err)
	}
	return nil
}

// translate says of an answer whether the file is missing or the server is.
func translate(err error) error {
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return models.ErrNotFound.Because(err)
	}
	return models.ErrUnavailable.Because(fmt.Errorf("s3: %w", err))
}

// Check implements Store.
func (b *bucket) Check(ctx context.Context) error { return probe(ctx, b, rand.Text()) }

// Close implements Store.
func (b *bucket) Close() error {
	b.transport.CloseIdleConnections()
	return nil
}
