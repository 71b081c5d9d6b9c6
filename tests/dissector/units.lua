-- SPDX-License-Identifier: GPL-2.0-or-later
-- What of the dissector needs no Wireshark: descriptions, patterns, addresses, text, lines, pairing.
-- usage: lua5.2 units.lua DISSECTOR-FOLDER DESCRIPTIONS-FOLDER -o tap
local folder, descriptions = table.remove(arg, 1), table.remove(arg, 1)
package.path = folder .. "/?.lua;" .. package.path

local lu = require "luaunit"
local address = require "chatsniff.address"
local description = require "chatsniff.description"
local lines = require "chatsniff.lines"
local pattern = require "chatsniff.pattern"
local recognition = require "chatsniff.recognition"
local session = require "chatsniff.session"
local text = require "chatsniff.text"

local udpchat = assert(description.read_file(descriptions .. "/udpchat.ini"))
local tcpchat = assert(description.read_file(descriptions .. "/tcpchat.ini"))

TestDescription = {}

local GOOD = "[protocol]\nname = x\ntransport = udp\n[form a]\npattern = hi {n:user}\nfrom = client\n"

function TestDescription.test_reads_all_forms()
    lu.assertEquals(udpchat.name, "udpchat")
    lu.assertEquals(udpchat.transport, "udp")
    lu.assertTrue(udpchat.ports[8090])
    lu.assertEquals(udpchat.by_name["clear-peers"].answers, { ["join-room"] = true, ["leave-room"] = true })
    lu.assertEquals(udpchat.by_name["clear-peers"].reply, "first")
    lu.assertEquals(tcpchat.by_name.line.argument_types, { "rest" })
    lu.assertTrue(tcpchat.takes_any_line)
end

function TestDescription.test_strips_as_glib_does()
    local protocol = assert(description.read("f", "# c\r\n [protocol] \r\n name=x \r\ntransport =  tcp\r\n"
        .. "[form l]\r\npattern={t:rest}\r\nfrom=peer\r\nlabel = a = b \r\n"))
    lu.assertEquals(protocol.title, "x")
    lu.assertEquals(protocol.forms[1].label, "a = b")
end

-- The kinds of mistakes are in tests/protocol.
function TestDescription.test_tells_all_mistakes()
    local protocol, wrong = description.read("f.ini", GOOD .. "colour = red\n[form b]\nfrom = teacher\n")
    lu.assertNil(protocol)
    lu.assertEquals(wrong, {
        "f.ini:7: form a:colour: there is no such key; this group has pattern, from, answers, reply, meaning, label",
        "f.ini:8: form b:pattern: the key is missing: add “pattern = …”",
        "f.ini:9: form b:from: “teacher” is none of client, server, peer",
    })
end

function TestDescription.test_no_such_file()
    local protocol, wrong = description.read_file("/nowhere/f.ini")
    lu.assertNil(protocol)
    lu.assertStrContains(wrong[1], "/nowhere/f.ini: cannot be read")
end

TestPattern = {}

local function parsed(from, bytes)
    local message, why = pattern.parse(udpchat, from, bytes)
    return message and message.form.name .. "(" .. table.concat(message, "|") .. ")" or why
end

function TestPattern.test_code_sender_and_arguments_decide()
    for _, case in ipairs {
        { "client", "hi anna", "register(anna)" },
        { "server", "hi anna", "registered(anna)" },
        { "server", "hi", "name-taken()" },
        { "client", " \t hi \n anna\n", "register(anna)" },
        { "server", "rj __clear_peers__", "clear-peers()" },
        { "server", "rj 10.0.0.1 80", "room-peer(10.0.0.1|80)" },
        { "server", "rj 239.1.2.3 80", "room-group(239.1.2.3|80)" },
        { "server", "rj ff15::1 80", "room-group(ff15::1|80)" },
        { "server", "rj fe80::1 80", "room-peer(fe80::1|80)" },
        { "server", "rj 10.0.0.1 080", "wrong_arguments" },
        { "server", "rj 10.0.0.1 65536", "wrong_arguments" },
        { "server", "rj 10.0.0.256 80", "wrong_arguments" },
        { "peer", "msg anna>  two  blanks \n", "message(anna| two  blanks \n)" },
        { "peer", "msg anna> ", "message(anna|)" },
        { "peer", "msg anna>", "wrong_arguments" },
        { "peer", "msg > x", "wrong_arguments" },
        { "peer", "hi anna", "wrong_direction" },
        { "client", "hello", "unknown_code" },
        { "client", "hi \255", "not_utf8" },
        { "client", "hi a\0", "control" },
        { "client", " \n", "empty" },
        { "client", "", "empty" },
    } do
        lu.assertEquals(parsed(case[1], case[2]), case[3])
    end
end

function TestPattern.test_knows_where_arguments_stand()
    local message = pattern.parse(udpchat, "peer", " msg anna> so\n")
    lu.assertEquals(pattern.offsets(message, " msg anna> so\n"), { 5, 11 })
    lu.assertEquals(message.text, "so")
    lu.assertTrue(message.line_ended)
end

function TestPattern.test_an_empty_line_is_a_line()
    local message = pattern.parse(tcpchat, "peer", "\n")
    lu.assertEquals(message.text, "")
    lu.assertEquals({ pattern.parse(tcpchat, "peer", "") }, { nil, "empty" })
end

TestAddress = {}

function TestAddress.test_one_spelling()
    lu.assertEquals(address.canonical("192.0.2.1"), "192.0.2.1")
    lu.assertEquals(address.canonical("2001:DB8::1"), "2001:db8:0:0:0:0:0:1")
    lu.assertEquals(address.canonical("::ffff:192.0.2.1"), "0:0:0:0:0:ffff:c000:201")
    lu.assertEquals(address.canonical("::"), "0:0:0:0:0:0:0:0")
    lu.assertEquals(address.canonical("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0")
end

function TestAddress.test_refuses_what_is_none()
    for _, literal in ipairs { "", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4", "::1::", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", ":1::", "12345::", "g::", "1.2.3.4::", "fe80::1%eth0", ":::" } do
        lu.assertNil(address.canonical(literal), literal)
    end
    for _, literal in ipairs { "0", "00", "+1", "65536", "99999", "1 ", "x", "" } do
        lu.assertNil(address.port(literal), literal)
    end
    lu.assertEquals(address.port("65535"), 65535)
end

TestText = {}

function TestText.test_utf8()
    for _, good in ipairs { "", "plain", "ü", "€", "😀", "\0", "\244\143\191\191" } do
        lu.assertTrue(text.is_utf8(good))
    end
    for _, bad in ipairs { "\128", "\192\128", "\237\160\128", "\244\144\128\128", "\255", "a\226\130b",
        "\240\128\128\128" } do
        lu.assertFalse((text.is_utf8(bad)))
    end
    lu.assertEquals(text.cut_character("a\226\130"), 2)
    lu.assertEquals(text.cut_character("\255\226\130"), nil)
end

function TestText.test_escapes_what_is_unsafe()
    lu.assertEquals(text.escape("plain \\ text"), "plain \\ text")
    lu.assertEquals(text.escape("\27[31m\7\0\127"), "\\x1b[31m\\x07\\x00\\x7f")
    lu.assertEquals(text.escape("a\tb\nc\r"), "a\\tb\\nc\\r")
    lu.assertEquals(text.escape("\194\155 \226\128\174 \239\187\191"), "\\x9b \\u202e \\ufeff")
    lu.assertEquals(text.escape("\255ü\226\130"), "\239\191\189ü\239\191\189\239\191\189")
end

function TestText.test_shortens_at_characters()
    lu.assertEquals(text.shorten("abc", 3), "abc")
    lu.assertEquals(text.shorten("abcd", 3), "abc…")
    lu.assertEquals(text.shorten("ab€", 3), "ab…")
end

TestLines = {}

-- Gives segments to a direction: { frame, bytes, sequence }. Returns what each told: "line", "line!" (unended),
-- "?line" (its beginning is missing), "+begun", and "again n".
local function tell(direction, ...)
    local all = {}
    for _, given in ipairs { ... } do
        direction.places = direction.places or {}
        local segment = direction.places[given[1]] or direction:add(given[1])
        direction.places[given[1]] = segment
        direction:locate(segment, #given[2], given[3], given[3] and (given[4] or 0))
        local told, begun, again = direction:tell(segment, given[2])
        for _, piece in ipairs(told) do
            all[#all + 1] = (piece.whole and "" or "?") .. piece.text:gsub("\n$", "") .. (piece.ended and "" or "!")
        end
        if begun then
            all[#all + 1] = "+" .. begun.text
        end
        if again > 0 then
            all[#all + 1] = "again " .. again
        end
    end
    return table.concat(all, ",")
end

function TestLines.test_lines_and_segments_are_apart()
    lu.assertEquals(tell(lines.new(true), { 1, "one\ntwo\nth" }, { 2, "re" }, { 3, "e\nfour\n" }),
        "one,two,+th,+thre,three,four")
    lu.assertEquals(tell(lines.new(true), { 1, "a", 1 }, { 2, "\n\n", 2 }), "+a,a,")
end

function TestLines.test_a_gap_is_no_part_of_a_line()
    lu.assertEquals(tell(lines.new(true), { 1, "he", 1 }, { 5, "o\nnext\n", 5 }), "+he,?o,next")
    lu.assertEquals(tell(lines.new(true), { 1, "he\n", 1 }, { 5, "lo\n", 9 }), "he,?lo")
    lu.assertEquals(tell(lines.new(true), { 5, "lo\n", 9 }), "?lo")
end

function TestLines.test_what_came_again_is_told_once()
    lu.assertEquals(tell(lines.new(true), { 1, "one\n", 1 }, { 2, "one\n", 1 }, { 3, "two\n", 5 }), "one,again 4,two")
    lu.assertEquals(tell(lines.new(true), { 1, "one\n", 1 }, { 2, "one\ntwo\n", 1 }), "one,two,again 4")
    lu.assertEquals(tell(lines.new(true), { 1, "on", 1 }, { 2, "on", 1 }, { 3, "e\n", 3 }), "+on,again 2,one")
end

function TestLines.test_a_new_stream_begins_anew()
    lu.assertEquals(tell(lines.new(true), { 1, "one\nx", 1, 0 }, { 2, "one\n", 1, 1 }), "one,+x,one")
end

function TestLines.test_a_second_look_tells_the_same()
    local direction = lines.new(true)
    local first = tell(direction, { 1, "he" }, { 2, "llo\n" })
    lu.assertEquals(tell(direction, { 1, "he", 1 }, { 2, "llo\n", 3 }), first)
    lu.assertEquals(tell(direction, { 2, "llo\n", 3 }), "hello")
    lu.assertTrue(direction:is_last(2))
end

function TestLines.test_a_long_line_is_split()
    local direction, long = lines.new(true), ("x"):rep(70000)
    lu.assertEquals(tell(direction, { 1, long, 1 }, { 2, "\n", 70001 }),
        ("x"):rep(65536) .. "!,+" .. ("x"):rep(4464) .. "," .. ("x"):rep(4464))
    lu.assertEquals(tell(lines.new(true), { 1, ("x"):rep(65535) .. "\n" }), ("x"):rep(65535))
    lu.assertEquals(tell(lines.new(true), { 1, ("x"):rep(65536) .. "\n" }), ("x"):rep(65536) .. "!,")
end

TestRecognition = {}

function TestRecognition.test_first_lines()
    local judge = recognition.judge_line
    lu.assertTrue(judge("hello\n", true, false))
    lu.assertNil(judge("hel", false, false))
    lu.assertNil(judge("h\195", false, false))
    lu.assertFalse(judge("h\195\n", true, false))
    lu.assertFalse(judge("hello\r\n", true, true))
    lu.assertFalse(judge("\22\3\1\n", true, true))
    lu.assertFalse(judge("GET / \n", true, true))
    for _, line in ipairs { "220 host ready\n", "<13>Nov 25 host app: x\n", '{"method":"ping"}\n', "OK MPD 0.23\n",
        "servers.a.load 1.5 1700000000\n", "Wed Nov 25 15:00:00 2026\n", "page.views:1|c\n" } do
        lu.assertFalse(judge(line, true, false), line)
        lu.assertTrue(judge(line, true, true), line)
    end
end

TestSession = {}

local S, A, B = "server 8090", "anna 4001", "ben 4002"

-- Plays datagrams { source, destination, payload, seconds } to a new session whose hinted port is 8090.
local function play(datagrams)
    local self = session.new({ udpchat }, function(_, port)
        return port == 8090
    end, function(canonical, port)
        return canonical .. " " .. port
    end, true)
    for frame, given in ipairs(datagrams) do
        self:add {
            frame = frame, time = given[4] or frame / 10, source = given[1], destination = given[2],
            source_port = tonumber(given[1]:match("%d+$")), destination_port = tonumber(given[2]:match("%d+$")),
            payload = given[3], length = #given[3] + (given.cut or 0),
        }
    end
    return self
end

-- "kind form→request" for each frame; "-" for one that is no chat's.
local function kinds(self, n)
    local all = {}
    for frame = 1, n do
        local told = self.told[frame]
        all[frame] = told and told.kind .. " " .. (told.message and told.message.form.name or told.why)
            .. (told.request and "→" .. told.request.frame or "") .. (told.again and " again" or "")
            .. (told.cause and " by " .. told.cause.frame or "") .. (told.repeats and "=" .. told.repeats or "") or "-"
    end
    return all
end

function TestSession.test_answers_belong_to_the_first_asking()
    local self = play {
        { A, S, "hi anna" }, { A, S, "hi anna" }, { S, A, "hi anna" }, { S, A, "hi anna" }, { S, A, "hi anna" },
        { A, S, "rl" }, { S, A, "rl one" }, { S, A, "rl two" },
    }
    lu.assertEquals(kinds(self, 8), {
        "request register", "request register=1", "reply registered→1", "reply registered→1 again", "reply registered",
        "request list-rooms", "reply room→6", "reply room→6",
    })
    lu.assertEquals(self:name(A, 2), nil)
    lu.assertEquals(self:name(A, 3), "anna")
    lu.assertAlmostEquals(self.told[3].latency, 0.2, 1e-9)
    lu.assertEquals(self.told[1].asked.replies, { 3, 4 })
end

function TestSession.test_a_notice_has_a_cause()
    local self = play {
        { A, S, "rj x" }, { S, A, "rj __clear_peers__" }, { B, S, "rj x" }, { S, B, "rj __clear_peers__" },
        { S, B, "rj 10.0.0.1 1" }, { S, A, "rj __clear_peers__" }, { S, A, "rj 10.0.0.2 2" },
    }
    lu.assertEquals(kinds(self, 7), {
        "request join-room", "reply clear-peers→1", "request join-room", "reply clear-peers→3", "reply room-peer→3",
        "notice clear-peers by 3", "notice room-peer by 3",
    })
end

function TestSession.test_leaving_has_two_answers_or_none()
    local self = play {
        { A, S, "rk" }, { S, A, "rj __clear_peers__" }, { S, A, "rk" }, { S, A, "rj __clear_peers__" },
    }
    lu.assertEquals(kinds(self, 4),
        { "request leave-room", "notice clear-peers", "reply room-left→1", "reply clear-peers→1" })
end

function TestSession.test_peers_are_found_without_a_port()
    local self = play {
        { A, S, "ar ben" }, { S, A, "ar 10.0.0.2 2" }, { A, "10.0.0.2 2", "msg anna> hello" },
        { B, "x 9", "msg ben> hi\n" }, { "y 8", "x 9", "unheard of" },
    }
    lu.assertEquals(kinds(self, 5), {
        "request find-user", "reply user-address→1", "message message", "message message", "-",
    })
    lu.assertEquals(self:name("10.0.0.2 2", 3), "ben")
end

function TestSession.test_earlier_datagrams_are_told_late()
    local self = play { { A, "z 99", "hi anna" }, { "z 99", A, "hi anna" } }
    lu.assertEquals(kinds(self, 2), { "request register", "reply registered→1" })
    self = play { { A, "z 99", "by" }, { "z 99", A, "by" }, { A, "echo 7", "rl" }, { "echo 7", A, "rl" } }
    lu.assertEquals(kinds(self, 4), { "-", "-", "-", "-" })
end

function TestSession.test_what_is_cut_off_is_no_name()
    local self = play { { A, S, "hi anna" }, { A, S, "hi an", cut = 2 }, { A, B, "msg anna> a\n" },
        { A, B, "msg anna> hel\195", cut = 5 } }
    lu.assertEquals(kinds(self, 4), { "request register", "other cut_off", "message message", "message message" })
    lu.assertEquals(self.told[4].message.text, "hel")
    lu.assertEquals(self.told[4].missing, 6)
end

os.exit(lu.LuaUnit.run())
