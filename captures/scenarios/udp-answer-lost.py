"""The server's answer is lost; the client asks again."""

TITLE = "An answer is lost, and the request repeated"
SHOWS = (
    "The server's answer to `hi alpine` is captured and lost behind the bridge. UDP repeats nothing, so the program "
    "does: after a second it sends the same request, and the server gives the same answer again.")
POINTS = [
    ("`hi alpine`, twice", {"form": "register"}),
    ("the answer, twice; the first one never arrived", {"form": "registered"}),
]
FINDINGS = [
    ("answer_not_received", {"form": "register", "label": "again"}),
]
QUESTION = "Can the server tell whether its answer or the request was lost? Does it matter here?"
ANSWER = (
    "No, it only sees the same request again. Here it does not matter, because registering twice under the same name "
    "from the same endpoint is the same as once; a request of which that is not true would need a number.")


def play(stage):
    common = stage.scenario("udp-register")
    common.server(stage)
    loss = stage.lose("alpine", "ip daddr 10.0.0.2 udp sport 8090", 0)
    alpine = common.client(stage, "alpine")
    loss.end()
    common.leave(alpine)
