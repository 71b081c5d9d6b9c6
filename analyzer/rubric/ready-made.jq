# Ready-made functions for the filters of a rubric. Every "when" can use them; the manual page lists them.
# "." is always the facts of the capture. Chat names and text are compared without regard to case (of A to Z).

# Functions of jq that would make a result depend on more than the capture are replaced.
def env: {};
def input: error("a filter has no other input than the capture");
def inputs: empty;
def input_filename: null;
def debug: .;
def debug(message): .;
def stderr: .;
def halt: error("a filter cannot halt");
def halt_error: halt;
def halt_error(status): halt;
def get_search_list: [];
def modulemeta: error("a filter has no modules");
def now: error("a filter has no clock: the result would depend on when it is asked");
def localtime: error("a filter has no time zone; gmtime has none either");
def strflocaltime(format): localtime;

def conversations: .conversation_records[];
def tcp: conversations | select(.transport == "tcp");
def udp: conversations | select(.transport == "udp");
def lines: .messages[] | select(.text and .form != "unknown");
def same($text): (. // "" | ascii_downcase) == ($text | tostring | ascii_downcase);

# How connections went.
def has_chat: (.conversation_records | length) > 0;
def tcp_handshake_complete: any(tcp; .handshake.complete);
def closed_by_client: any(tcp; .teardown.kind == "fin" and .teardown.initiator == "client");
def closed_by_server: any(tcp; .teardown.kind == "fin" and .teardown.initiator == "server");
def closed_orderly: any(tcp; .teardown.kind == "fin" or .teardown.kind == "simultaneous");
def was_refused: any(tcp; .teardown.kind == "refused");
def port_is($port): any(conversations; .server.port == ($port | tonumber));
def client_port_is($port): any(conversations; .client.port == ($port | tonumber));

# What was said.
def message_contains($text): any(lines; .text | ascii_downcase | contains($text | tostring | ascii_downcase));
def message_matches($regex): any(lines; .text | test($regex; "i"));
def messages_at_least($n): ([limit($n | tonumber; lines)] | length) >= ($n | tonumber);
def both_sides_speak: any(conversations; (.messages.client // 0) > 0 and (.messages.server // 0) > 0);

# Of the UDP chat.
def forms_seen($forms): ([.messages[].form] | unique) as $seen | all($forms[]; . as $form | any($seen[]; . == $form));
def form_seen($form): any(.messages[]; .form == $form);
def user_registered($name): any(.sessions[].users[]; .name | same($name));
def user_left($name): any(.sessions[].users[]; (.name | same($name)) and .left != null);
def room_joined($room): any(.sessions[].rooms[]; (.name | same($room)) and (.members | length) > 0);
def requests_answered: all(.sessions[].requests[]; .unanswered == 0);

# What is out of the ordinary.
def finding($kind): any(.findings[]; .kind == $kind);
def no_finding($kind): finding($kind) | not;
def no_finding: all(.findings[]; .severity == "info");
