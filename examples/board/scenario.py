"""Two clients of the notice board: the first asks before there is a server, then both pin, read and follow."""
from pathlib import Path

BOARD = Path(__file__).resolve().parent / "board.py"


def play(stage):
    anna = stage.start("alpine", "/usr/bin/python3", BOARD, "use", stage.address["server"])
    anna.say("topics")
    anna.expect("nobody is there")
    stage.start("server", "/usr/bin/python3", BOARD, "serve").expect("open")
    anna.expect("count 0")
    ben = stage.start("debian", "/usr/bin/python3", BOARD, "use", stage.address["server"])
    anna.say("read lunch")
    anna.expect("nothing lunch")
    anna.say("follow lunch")
    anna.expect("following lunch")
    ben.say("pin lunch Soup, and bread with it")
    ben.expect("pinned lunch")
    anna.expect("changed lunch Soup")
    ben.say("pin trip On Friday, by train")
    ben.expect("pinned trip")
    anna.say("topics")
    anna.expect("topic lunch")
    anna.expect("topic trip")
    anna.say("read trip")
    anna.expect("note trip On Friday")
    ben.say("pin lunch The soup is finished")
    ben.expect("pinned lunch")
    anna.expect("changed lunch The soup")
    for client in (anna, ben):
        client.end_of_input()
        client.wait()
