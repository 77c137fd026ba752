package testservice

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// keeper runs a program and ends it when the test binary has gone. The test
// binary holds the other end of the keeper's standard input, and the kernel
// closes that at every kind of end: return, panic, os.Exit, kill -9. A death
// signal (PR_SET_PDEATHSIG) would not do: it follows the thread that forked,
// not the process, and leaves the folder behind.
//
// The first line on its standard output is the program's process id, its end is
// the program's end.
const keeper = `
dir=$1 signal=$2
shift 2
exec 3<&0
"$@" <&- >>"$dir/log" 2>&1 3<&- &
program=$!
echo "$program"
{
	read -r _
	: >"$dir/orphaned"
	kill -s "$signal" "$program"
	kill -s CONT "$program"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		sleep 0.2
		kill -s 0 "$program" || exit
	done
	kill -s KILL "$program"
} <&3 &
watch=$!
exec 3<&-
wait "$program"
status=$?
kill "$watch"
[ -e "$dir/orphaned" ] && rm -rf "$dir"
exit "$status"
`

// process is a running program that cannot outlive the test binary.
type process struct {
	pid    int
	keeper *exec.Cmd
	hold   *os.File // while it is open, the program may run
	output *os.File // ends when the program has
}

// spawning says how a program is run.
type spawning struct {
	dir     string              // working folder and log; goes with an orphan
	owner   *syscall.Credential // nil: the current user
	ending  string              // the signal for an orphan, as kill -s spells it
	command []string
}

// spawn starts a program under a keeper. It starts no goroutine, so that a test
// that looks for leaked ones finds none of ours.
func spawn(ctx context.Context, s spawning) (*process, error) {
	input, hold, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	output, report, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, input.Close(), hold.Close())
	}
	args := append([]string{"-c", keeper, "keeper", s.dir, s.ending}, s.command...)
	// The program lives longer than the call that starts it.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "/bin/sh", args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout = s.dir, input, report
	// Its own session: Ctrl-C at the test run reaches the test binary alone.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: s.owner}
	err = errors.Join(cmd.Start(), input.Close(), report.Close())
	p := &process{keeper: cmd, hold: hold, output: output}
	if err == nil {
		p.pid, err = readPID(output)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", s.command[0], err), hold.Close(), output.Close())
	}
	return p, nil
}

func readPID(r io.Reader) (int, error) {
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

// ended waits at most the given time for the program's end and says whether it
// has come.
func (p *process) ended(within time.Duration) bool {
	if err := p.output.SetReadDeadline(time.Now().Add(within)); err != nil {
		return true
	}
	_, err := io.Copy(io.Discard, p.output)
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// release lets go of the program: the keeper ends it if it still runs. The
// error is that of the program's exit status.
func (p *process) release() error {
	closed := p.hold.Close()
	err := p.keeper.Wait()
	return errors.Join(err, closed, p.output.Close())
}
