"""Runs a command at a terminal of its own and answers its questions.

at_terminal.py ANSWERS COMMAND...: ANSWERS is JSON, a list of [text, answer]. Whenever the output since the last
answer shows the text of an answer that was not given yet, it is typed; of equal texts in their order. What the
terminal showed goes to standard output; the exit code is the command's, 97 where it waited for something else.
"""
import json
import os
import pty
import select
import signal
import sys

PATIENCE_SECONDS = 120


def main():
    answers = json.loads(sys.argv[1])
    child, terminal = pty.fork()
    if child == 0:
        # As a terminal has them: what is started in the background ignores these, and hands that on.
        for ignored in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(ignored, signal.SIG_DFL)
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = b""
    answered_up_to = 0
    while True:
        ready, _, _ = select.select([terminal], [], [], PATIENCE_SECONDS)
        if not ready:
            os.kill(child, 9)
            sys.stdout.buffer.write(shown + b"\n*** nothing more came\n")
            return 97
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
        for index, (text, answer) in enumerate(answers):
            at = shown.find(text.encode(), answered_up_to)
            if at < 0:
                continue
            answered_up_to = at + len(text)
            os.write(terminal, answer.encode())
            del answers[index]
            break
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
