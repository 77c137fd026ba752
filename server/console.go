package main

import (
	"io"
	"log/slog"
	"os"

	"github.com/mattn/go-isatty"
)

// console is where a command talks to the person who started it.
type console struct {
	out, err io.Writer
	// interactive says that a person looks at out.
	interactive bool
}

// systemConsole is the process's own.
func systemConsole() console {
	return console{out: os.Stdout, err: os.Stderr, interactive: isatty.IsTerminal(os.Stdout.Fd())}
}

// logger makes the program's logger: one record a line, on the error stream.
func (c console) logger(s settings) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.logLevel}
	if s.logFormat == "text" || (s.logFormat == "" && c.interactive) {
		return slog.New(slog.NewTextHandler(c.err, options))
	}
	return slog.New(slog.NewJSONHandler(c.err, options))
}
