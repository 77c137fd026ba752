// Package main is the program: it reads the configuration, wires every part to the
// ones below it, and runs them; its subcommands look after accounts, keys and the
// database. Nothing imports it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"parley/models"
)

// The exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	// exitUsage is a wrong command, flag or setting.
	exitUsage = 2
)

// program is the command line.
type program struct {
	Config `embed:"" group:"Settings, each also an environment variable:"`

	Serve     serveCommand      `cmd:"" default:"withargs" help:"Serve (the default)."`
	Init      initCommand       `cmd:"" help:"Create an account and print its credentials."`
	Key       keyCommands       `cmd:"" help:"Look after API keys."`
	Knowledge knowledgeCommands `cmd:"" help:"Look after the knowledge base."`
	Demo      demoCommand       `cmd:"" help:"Fill an account with a year of made-up conversations."`
	Migrate   migrateGroup      `cmd:"" help:"Look after the database's tables."`
	Doctor    doctorCommand     `cmd:"" help:"Check the settings and each service, and say what to fix."`
	Version   versionCommand    `cmd:"" help:"Print the version."`
}

func main() {
	// After the first signal the default comes back: a second one ends the process
	// at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := execute(ctx, os.Args[1:], systemConsole())
	stop()
	os.Exit(code)
}

// execute runs one command line and returns the exit code.
func execute(ctx context.Context, args []string, con console) int {
	var cli program
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("parley"),
		kong.Description("Live chat for websites: one program, no services needed to start."),
		kong.Writers(con.out, con.err),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(con),
	)
	if err != nil {
		return con.fail(exitFailure, err)
	}
	parsed, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help was asked for, and given
		return exited
	case err != nil:
		return con.fail(exitUsage, err)
	}
	if err := parsed.Run(cli.Config); err != nil {
		return con.fail(exitCode(err), err)
	}
	return exitOK
}

// exitCode tells mistakes of the person from failures of the machine.
func exitCode(err error) int {
	var bad valueError
	if errors.As(err, &bad) || models.HasCode(err, models.CodeInvalid) {
		return exitUsage
	}
	return exitFailure
}

// fail says what went wrong, in one line, for the person who started the program: what
// a visitor would be told instead is left out.
func (c console) fail(code int, err error) int {
	said := strings.ReplaceAll(err.Error(), models.ErrUnavailable.Message+": ", "")
	said = strings.Join(strings.FieldsFunc(said, func(r rune) bool { return r == '\n' }), "; ")
	// When the error stream is gone too, the exit code is what is left.
	_, _ = fmt.Fprintf(c.err, "parley: %s\n", said)
	return code
}
