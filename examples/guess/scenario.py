"""Two players of the guessing game: a name that is taken, guesses, scores, and one who leaves without a word."""
from pathlib import Path

GUESS = Path(__file__).resolve().parent / "guess.py"


def play(stage):
    stage.start("server", "/usr/bin/python3", GUESS, "serve", "--number", "42", "--number", "7").expect("may come")
    anna = stage.start("alpine", "/usr/bin/python3", GUESS, "play", stage.address["server"])
    ben = stage.start("debian", "/usr/bin/python3", GUESS, "play", stage.address["server"])
    anna.say("name anna")
    anna.expect("welcome anna")
    anna.say("scores")
    anna.expect("end")
    ben.say("name anna")
    ben.expect("taken anna")
    ben.say("name ben")
    ben.expect("welcome ben")
    anna.expect("news ben plays, too")
    anna.say("guess 50")
    anna.expect("lower")
    ben.say("guess 25")
    ben.expect("higher")
    ben.say("guess many")
    ben.expect(r"what\?")
    anna.say("guess 42")
    anna.expect("right 42")
    ben.expect("news anna found it: 42")
    ben.type("guess 5\nguess 9\n")  # two lines in one segment
    ben.expect("higher")
    ben.expect("lower")
    anna.say("scores")
    anna.expect("score anna 1")
    anna.expect("end")
    anna.say("bye")
    anna.expect("bye anna")
    anna.wait()
    ben.expect("news anna has left")
    ben.end_of_input()
    ben.wait()
