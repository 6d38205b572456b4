"""The same factors by Qlib without its caches, from its own binary files. Arguments: a Parquet file, an empty folder.

Qlib has no Wilder smoothing: RSI and ATR are means of 14 days here, which costs it no more. Prints the seconds of D.features.
"""
import os
import sys
import time

import numpy as np
import pandas as pd

FIELDS = (
    [f"$close/Ref($close,{n})-1" for n in (1, 5, 10, 20, 60)]
    + [f"$close/Mean($close,{n})-1" for n in (5, 20, 60)]
    + [
        "Std($close,20)/$close",
        "Mean(Greater($close-Ref($close,1),0),14)/(Mean(Abs($close-Ref($close,1)),14)+1e-12)",
        "Mean(Greater($high,Ref($close,1))-Less($low,Ref($close,1)),14)/$close",
        "((EMA($close,12)-EMA($close,26))-EMA(EMA($close,12)-EMA($close,26),9))/$close",
        "$volume/Mean($volume,20)",
        "($close-Min($low,20))/(Max($high,20)-Min($low,20))",
    ]
)


def dump(source: str, folder: str):
    bars = pd.read_parquet(source).rename(columns={"volume_shares": "volume"})
    days = sorted(bars["session_day"].unique())
    for name in ("calendars", "instruments", "features"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "calendars", "day.txt"), "w") as file:
        file.write("\n".join(str(day) for day in days))
    with open(os.path.join(folder, "instruments", "all.txt"), "w") as file:
        file.write("\n".join(f"{symbol}\t{days[0]}\t{days[-1]}" for symbol in bars["symbol"].unique()))
    for symbol, own in bars.groupby("symbol"):
        place = os.path.join(folder, "features", symbol.lower())
        os.makedirs(place, exist_ok=True)
        for column in ("open", "high", "low", "close", "volume"):
            np.hstack([[0], own[column].to_numpy()]).astype("<f").tofile(os.path.join(place, f"{column}.day.bin"))
    return str(days[0]), str(days[-1])


def main():
    import qlib
    from qlib.data import D

    first, last = dump(sys.argv[1], sys.argv[2])
    qlib.init(provider_uri=sys.argv[2], region="cn", kernels=2, expression_cache=None, dataset_cache=None, logging_level=40)
    started = time.time()
    matrix = D.features(D.instruments("all"), FIELDS, start_time=first, end_time=last, freq="day").to_numpy(dtype="float32")
    print(f"{time.time() - started:.3f} {matrix.shape[0]} {matrix.shape[1]}")


if __name__ == "__main__":
    main()
