"""Measures Python's joblib and multiprocessing for bench-executor.

Reads requests from standard input, an object of JSON a line, and answers each
with one on standard output: {"value": …, "second": …} in seconds or as a rate,
{"missing": …} when joblib is not installed, or {"error": …}.  By hand:

    $ echo '{"measure": "tiny", "peer": "loky", "workers": 2, "calls": 100}' |
      python3 executor_peers.py
"""
import contextlib
import gc
import json
import math
import multiprocessing
import operator
import os
import platform
import random
import signal
import statistics
import sys
import threading
import time
from multiprocessing import managers

try:
    import joblib
except ImportError:
    joblib = None

TIME_LIMIT = 300  # seconds, of one request
TINY = 5


class Missing(Exception):
    """What a request needs is not installed."""


# ---- Tasks

def square(i):
    return i * i


def spin(i):
    end = time.perf_counter() + 1e-3
    while time.perf_counter() < end:
        pass
    return i


def degree(graph, vertex):
    return len(graph[vertex])


def connect_here(part, graph, lock):
    """Adds edges to a dict that threads share."""
    for u, v in part:
        with lock:
            graph[u].append(v)
            graph[v].append(u)


def connect_there(part, graph, lock):
    """Adds edges to a dict that a manager process keeps."""
    for u, v in part:
        with lock:
            graph[u] = graph[u] + [v]
            graph[v] = graph[v] + [u]


# ---- Who runs them: run(function, list of argument tuples)

replies = None  # where the answers go; no worker is to keep it open


def close_replies():
    if replies is not None:
        os.close(replies.fileno())


def new_pool(workers):
    return multiprocessing.Pool(workers, initializer=close_replies)


def end_pool(pool):
    pool.terminate()
    pool.join()


pools = {}


def lasting_pool(workers):
    if workers not in pools:
        pools[workers] = new_pool(workers)
    return pools[workers]


def need_joblib():
    if joblib is None:
        raise Missing("joblib is not installed (Debian: python3-joblib)")


def parallel(request, grain=0, **more):
    need_joblib()
    return joblib.Parallel(n_jobs=request["workers"], backend=request["peer"],
                           batch_size=grain or "auto", **more)


@contextlib.contextmanager
def runner(request, grain=0):
    """A warm pool of the peer that the request names."""
    if request["peer"] == "multiprocessing":
        pool = lasting_pool(request["workers"])

        def run(function, calls):
            if calls and len(calls[0]) == 1:
                return pool.map(function, [first for first, in calls],
                                chunksize=grain or None)
            return pool.starmap(function, calls, chunksize=grain or None)
        yield run
        return
    with parallel(request, grain) as together:
        def run(function, calls):
            return together(joblib.delayed(function)(*call) for call in calls)
        run(math.sqrt, [(i,) for i in range(10)])
        yield run


def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def require(right):
    if not right:
        raise AssertionError("a wrong result")


# ---- What is measured

def measure_versions(_):
    return {"python": platform.python_version(),
            "joblib": joblib.__version__ if joblib else "not installed"}


def measure_squares(request):
    tasks = request["tasks"]
    calls = [(i,) for i in range(tasks)]
    with runner(request, request["grain"]) as run:
        seconds, result = timed(lambda: run(square, calls))
    require(result == [i * i for i in range(tasks)])
    return {"value": seconds}


def tiny_call(run):
    seconds, result = timed(lambda: run(math.sqrt, [(i,) for i in range(TINY)]))
    require(result == [math.sqrt(i) for i in range(TINY)])
    return seconds


def measure_tiny(request):
    found = []
    with runner(request) as run:
        tiny_call(run)
        for _ in range(request["calls"]):
            time.sleep(request.get("rest", 0))
            found.append(tiny_call(run))
    found.sort()
    return {"value": statistics.median(found),
            "second": found[(len(found) * 99 + 99) // 100 - 1]}


def measure_first_call(request):
    if request["peer"] == "multiprocessing":
        made = []

        def call(function, calls):
            made.append(new_pool(request["workers"]))
            return made[0].map(function, [first for first, in calls])
        with_start = tiny_call(call)
        end_pool(made[0])
        return {"value": with_start}
    need_joblib()
    if request["peer"] == "loky":  # its workers last from call to call
        from joblib.externals.loky import get_reusable_executor
        get_reusable_executor().shutdown(wait=True)
    return {"value": tiny_call(lambda function, calls: parallel(request)(
        joblib.delayed(function)(*call) for call in calls))}


def measure_start(request):
    seconds, pool = timed(lambda: new_pool(request["workers"]))
    end_pool(pool)
    return {"value": seconds}


def random_edges(vertices, edges):
    numbers = random.Random(1)
    return [(numbers.randrange(vertices), numbers.randrange(vertices))
            for _ in range(edges)]


def measure_graph(request):
    with runner(request) as run:  # its workers begin without the graph
        graph = {v: [] for v in range(request["vertices"])}
        for u, v in random_edges(request["vertices"], request["edges"]):
            graph[u].append(v)
            graph[v].append(u)
        numbers = []
        for _ in range(5):
            seconds, result = timed(lambda: run(operator.add, [(5, 1)]))
            require(result == [6])
            numbers.append(seconds)
        with_graph, result = timed(lambda: run(degree, [(graph, 5)]))
        require(result == [len(graph[5])])
    without = statistics.median(numbers)
    return {"value": with_graph - without, "second": without}


def parts(edges, size):
    return [edges[at:at + size] for at in range(0, len(edges), size)]


def measure_connects(request):
    edges = random_edges(request["vertices"], request["edges"])
    with contextlib.ExitStack() as stack:
        if request["peer"] == "threading":
            connect, graph, lock = connect_here, {}, threading.Lock()
        else:
            manager = managers.SyncManager()
            manager.start(initializer=close_replies)
            stack.callback(manager.shutdown)
            connect, graph, lock = connect_there, manager.dict(), manager.Lock()
        graph.update({v: [] for v in range(request["vertices"])})
        calls = [(part, graph, lock) for part in parts(edges, request["size"])]
        with runner(request) as run:
            seconds, _ = timed(lambda: run(connect, calls))
        require(sum(map(len, graph.values())) == 2 * len(edges))
    return {"value": len(edges) / seconds}


def measure_spins(request):
    tasks = request["tasks"]
    found = []
    with runner(request) as run:
        for _ in range(request["calls"]):
            seconds, result = timed(
                lambda: run(spin, [(i,) for i in range(tasks)]))
            require(result == list(range(tasks)))
            found.append(seconds)
    ideal = 1e-3 * tasks / request["workers"]
    return {"value": ideal / statistics.median(found)}


MEASURES = {name[len("measure_"):]: function
            for name, function in list(globals().items())
            if name.startswith("measure_")}


# ---- Requests and answers

def answer(line):
    try:
        request = json.loads(line)
        return MEASURES[request["measure"]](request)
    except Missing as why:
        return {"missing": str(why)}
    except Exception as failure:  # the benchmark is to say so, and end
        return {"error": f"{type(failure).__name__}: {failure}"}
    finally:
        gc.collect()


def stop(*_):
    raise TimeoutError(f"took more than {TIME_LIMIT} s")


def main():
    global replies
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what others print is no answer
    signal.signal(signal.SIGALRM, stop)
    try:
        for line in sys.stdin:
            signal.alarm(TIME_LIMIT)
            reply = answer(line)
            signal.alarm(0)
            print(json.dumps(reply), file=replies, flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        for pool in pools.values():
            end_pool(pool)


if __name__ == "__main__":
    # Tasks of an imported module travel by name, which is the fast way.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    import executor_peers
    executor_peers.main()
