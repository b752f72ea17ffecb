"""Debian's Firefox driven over WebDriver BiDi, which it speaks itself: enough to open a page and ask it something."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time


class Firefox:
    """A Firefox without screen or network; ``complaints`` are errors and warnings of the page's console."""

    def __init__(self, program: str):
        self.program = program
        self.complaints: list[str] = []
        self.number = 0

    def __enter__(self):
        import websocket

        self.profile = tempfile.TemporaryDirectory()
        words = [
            self.program,
            "--headless",
            "--no-remote",
            "--profile",
            self.profile.name,
            "--remote-debugging-port",
            "0",
        ]
        self.process = subprocess.Popen([*words, "--offline"], stderr=subprocess.PIPE, text=True)
        address = next(m[1] for line in self.process.stderr if (m := re.search(r"BiDi listening on (ws://\S+)", line)))
        self.socket = websocket.create_connection(f"{address}/session", timeout=60, suppress_origin=True)
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()

    def send(self, method: str, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                assert answer["type"] == "success", answer
                return answer["result"]
            if answer.get("method") == "log.entryAdded" and answer["params"]["level"] in ("error", "warn"):
                self.complaints.append(answer["params"]["text"])
        raise TimeoutError(method)

    def open(self, address: str) -> None:
        self.send("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    def ask(self, expression: str):
        target = {"context": self.tab}
        result = self.send("script.evaluate", expression=expression, target=target, awaitPromise=True)
        assert result["type"] == "success", result
        return result["result"].get("value")
