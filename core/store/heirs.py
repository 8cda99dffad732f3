"""A book goes on as another device, because its own device's key was lost here while that device goes on elsewhere."""

from collections.abc import Mapping

from core.changes.change import CHAIN_START
from core.ids import Id
from core.store import log
from core.store.engine import HAND
from core.store.epochs import renumber_waiting
from core.store.replay import replay, step_back
from core.store.work import Work


def become(work: Work, device: Id, code: str, handed_in: Mapping[int, int]) -> int:
    """Go on as `device`, which issues from the series of `code`; answers how many changes it writes anew.

    `handed_in` says, by epoch, up to which number the service has what the device of before wrote: that leaves this
    log and comes down again, as another device's. The rest is written anew under the numbers of `device`.
    Nothing more may be written in this Work.
    """
    read, before = work.read, work.actor.device
    step_back(work)
    heads = log.confirmed_heads(read, before)
    for epoch, number in handed_in.items():
        sql = HAND + "DELETE FROM changes WHERE outcome = 0 AND epoch = ? AND number <= ?"
        read.exec_driver_sql(sql, (epoch, number))
    for epoch in log.chain_ends(read, before):
        if epoch in heads:
            log.keep_chain_head(read, before, epoch, *heads[epoch])
        else:
            log.drop_chain(read, before, epoch)
    waiting = log.pending_epochs(read)
    read.exec_driver_sql(HAND + "UPDATE changes SET device = ? WHERE outcome = 0", (device,))
    work.turn_epoch(1, CHAIN_START, device=device)
    count = renumber_waiting(work, before, heads, waiting, kept={})
    replay(work)
    work.note(device=device, code=code, issuing_code=code, copies=[], installation="", people=0)
    return count
