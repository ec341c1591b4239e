"""A way out in memory: the twin of ``courier/SmtpCourier``. It keeps what it was given and answers as it is told.

courier = MemoryCourier()
courier.answer("jo@kent.example", Deferred("451 greylisted"))      # once; then Delivered as usual
courier.answer("al@kent.example", AfterData(Refused("554 no")), CourierFault("the password is wrong"))
courier.send(mail, data_starts)
courier.taken                                                      # what a server would have by now
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from mailflow.errors import CourierFault
from mailflow.model.outgoing import Deferred, Delivered, OutgoingMail, Refused, SendResult, Uncertain


@dataclass(frozen=True, slots=True)
class AfterData:
    """A "no" that the server says only after it has seen the content."""

    result: Deferred | Refused


Turn = SendResult | AfterData | CourierFault
"""What happens at one attempt. ``Deferred``, ``Refused`` and a fault come before DATA."""


class MemoryCourier:
    """Delivers to nobody. May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, deque[Turn]] = defaultdict(deque)
        self.taken: list[OutgoingMail] = []
        """What a server has: delivered ones, and uncertain ones too, for that is the worse of the two truths."""
        self.attempts: list[OutgoingMail] = []
        """Every mail that it was asked to send, in order."""
        self.closed = 0
        """How often it was closed."""

    def answer(self, recipient: str, *turns: Turn) -> None:
        """What becomes of the next mails to that address, one turn each; afterwards they are delivered."""
        with self._lock:
            self._turns[recipient.lower()].extend(turns)

    def send(self, mail: OutgoingMail, data_starts: Callable[[], None]) -> SendResult:
        """As ``flow.ports.Courier.send``."""
        with self._lock:
            self.attempts.append(mail)
            turns = self._turns[mail.recipient.lower()]
            turn = turns.popleft() if turns else Delivered("250 2.0.0 taken")
        if isinstance(turn, CourierFault):
            raise turn
        if isinstance(turn, Deferred | Refused):
            return turn
        data_starts()
        if isinstance(turn, AfterData):
            return turn.result
        assert isinstance(turn, Delivered | Uncertain)
        with self._lock:
            self.taken.append(mail)
        return turn

    def close(self) -> None:
        """As ``flow.ports.Courier.close``; may be followed by another ``send``."""
        with self._lock:
            self.closed += 1
