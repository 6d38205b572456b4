"""The package smart-money-concepts on a CSV of bars. Argument: the file. Prints the seconds of each function, the best of its rounds."""
import json
import sys
import time

import pandas as pd
from smartmoneyconcepts import smc

ROUNDS = 3


def best(work):
    took, result = [], None
    for _ in range(ROUNDS):
        started = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - started)
    return min(took), result


bars = pd.read_csv(sys.argv[1], parse_dates=["time"], index_col="time")
seconds = {}
seconds["fvg"], _ = best(lambda: smc.fvg(bars))
seconds["swing_highs_lows"], swings = best(lambda: smc.swing_highs_lows(bars, swing_length=3))
seconds["bos_choch"], _ = best(lambda: smc.bos_choch(bars, swings))
seconds["ob"], _ = best(lambda: smc.ob(bars, swings))
seconds["liquidity"], _ = best(lambda: smc.liquidity(bars, swings))
seconds["retracements"], _ = best(lambda: smc.retracements(bars, swings))
print(json.dumps(seconds))
