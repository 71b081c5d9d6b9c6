-- SPDX-License-Identifier: GPL-2.0-or-later
-- Patterns of forms: compiled when a description is read, then matched against every datagram and line.
-- docs/protocol-description.md has the grammar. Uses nothing of Wireshark.
local address = require "chatsniff.address"
local text = require "chatsniff.text"

local pattern = {}

local SPACE = "[ \t\n\v\f\r]"
local MAX_TOKENS, MAX_ARGUMENTS = 12, 8

-- The more exact comes first: a literal is 0, and half a rank less is what has literal parts beside it.
local type_ranks = { group = 1, ip = 2, port = 3, user = 5, room = 5, token = 5, rest = 6 }

local function token_rank(token)
    if not token.type then
        return 0
    end
    local rank = type_ranks[token.type]
    return rank == 5 and #token.prefix + #token.suffix > 0 and 4 or rank
end

-- One token: a literal (prefix), or an argument of a type between prefix and suffix. nil and what is wrong.
local function compile_token(form, word)
    local open = word:find("{", 1, true)
    if not open then
        if word:find("}", 1, true) then
            return nil, "a “}” without “{”"
        end
        return { prefix = word, suffix = "" }
    end
    local prefix, inside, suffix = word:match("^([^{]*){([^}]*)}(.*)$")
    if not inside then
        return nil, "a “{” without “}”"
    end
    if (prefix .. inside .. suffix):find("[{}]") then
        return nil, "a token has at most one placeholder"
    end
    local name, kind = inside:match("^([^:]*):(.*)$")
    if not name or name == "" then
        return nil, "a placeholder is {name:type}"
    end
    if not type_ranks[kind] then
        return nil, "a type is user, room, group, ip, port, token or rest"
    end
    if #form.argument_names == MAX_ARGUMENTS then
        return nil, "a pattern has at most 8 placeholders"
    end
    for _, known in ipairs(form.argument_names) do
        if known == name then
            return nil, "two placeholders have the same name"
        end
    end
    if kind == "rest" and prefix .. suffix ~= "" then
        return nil, "a placeholder of type rest stands alone"
    end
    form.argument_names[#form.argument_names + 1] = name
    form.argument_types[#form.argument_types + 1] = kind
    return { prefix = prefix, suffix = suffix, type = kind }
end

-- Fills in form.tokens, ranks, code, argument_names and argument_types from form.pattern. nil, or what is wrong.
function pattern.compile(form)
    form.tokens, form.ranks, form.argument_names, form.argument_types = {}, {}, {}, {}
    for _, word in ipairs(form.pattern == "" and {} or text.split(form.pattern, " ")) do
        local last = form.tokens[#form.tokens]
        if word == "" then
            return "tokens are separated by one space"
        elseif #form.tokens == MAX_TOKENS then
            return "a pattern has at most 12 tokens"
        elseif last and last.type == "rest" then
            return "a placeholder of type rest comes last"
        end
        local token, wrong = compile_token(form, word)
        if not token then
            return wrong
        end
        form.tokens[#form.tokens + 1] = token
        form.ranks[#form.ranks + 1] = token_rank(token)
    end
    if #form.tokens == 0 then
        return "the pattern is empty"
    end
    form.code = not form.tokens[1].type and form.tokens[1].prefix or nil
    return nil
end

-- Whether a is more exact than b, and so is tried before it.
function pattern.is_before(a, b)
    for i = 1, math.min(#a.ranks, #b.ranks) do
        if a.ranks[i] ~= b.ranks[i] then
            return a.ranks[i] < b.ranks[i]
        end
    end
    if #a.ranks ~= #b.ranks then
        return #a.ranks > #b.ranks
    end
    return a.position < b.position
end

-- Whether one datagram could fit both equally well.
function pattern.ties(a, b)
    if a.from ~= b.from or #a.tokens ~= #b.tokens then
        return false
    end
    for i, token in ipairs(a.tokens) do
        local other = b.tokens[i]
        if a.ranks[i] ~= b.ranks[i] or token.prefix ~= other.prefix or token.suffix ~= other.suffix then
            return false
        end
    end
    return true
end

local function fits_type(kind, value)
    if kind == "ip" then
        return address.canonical(value) ~= nil
    elseif kind == "group" then
        local canonical = address.canonical(value)
        return canonical ~= nil and address.is_multicast(canonical)
    elseif kind == "port" then
        return address.port(value) ~= nil
    end
    return value ~= ""
end

-- What stands between a token's literal parts, or nil where they are not there. Second result: how many bytes it is
-- from the word's first one.
local function between(token, word)
    local first, last = #token.prefix + 1, #word - #token.suffix
    if last < first - 1 or word:sub(1, first - 1) ~= token.prefix or word:sub(last + 1) ~= token.suffix then
        return nil
    end
    return word:sub(first, last)
end

-- A rest argument: what follows one separator; the white space after that was typed. A whole line has no separator.
local function rest_from(bytes, at, is_first)
    if is_first then
        return 1
    end
    return bytes:find("^" .. SPACE, at) and at + 1 or nil
end

-- Tries one form. Returns a message, or nil. A message: form, arguments (strings, as they came), offsets (of each,
-- from 0), and where a form has an argument of type rest, text: that without its line feed.
local function match(form, bytes)
    local message = { form = form, arguments = {}, offsets = {} }
    local at = 1
    for i, token in ipairs(form.tokens) do
        if token.type == "rest" then
            local first = rest_from(bytes, at, i == 1)
            if not first then
                return nil
            end
            local value = bytes:sub(first)
            message.arguments[#message.arguments + 1] = value
            message.offsets[#message.offsets + 1] = first - 1
            message.line_ended = value:sub(-1) == "\n"
            message.text = message.line_ended and value:sub(1, -2) or value
            return message
        end
        local first = bytes:find("[^ \t\n\v\f\r]", at) or #bytes + 1
        local stop = bytes:find(SPACE, first) or #bytes + 1
        local value = between(token, bytes:sub(first, stop - 1))
        if not value or (not token.type and value ~= "") or (token.type and not fits_type(token.type, value)) then
            return nil
        end
        if token.type then
            message.arguments[#message.arguments + 1] = value
            message.offsets[#message.offsets + 1] = first - 1 + #token.prefix
        end
        at = stop
    end
    return not bytes:find("[^ \t\n\v\f\r]", at) and message or nil
end

-- Why a datagram fits no form, in the words that chatsniff uses.
pattern.reasons = {
    empty = "it is empty",
    not_utf8 = "it is not valid UTF-8",
    control = "it holds a NUL byte",
    unknown_code = "no form begins with this code",
    wrong_direction = "this side does not send this code",
    wrong_arguments = "its arguments fit no form of this code",
    cut_off = "the capture holds its beginning alone",
}

local function begins(form, first_token)
    return form.code == nil or form.code == first_token
end

-- Parses a datagram or a line that came from this sender ("client", "server", "peer"). Returns a message; or nil and a
-- key of pattern.reasons.
function pattern.parse(protocol, from, bytes)
    local first_token = bytes:match("[^ \t\n\v\f\r]+") or ""
    local known, known_from_here, line_form = false, false, false
    for _, form in ipairs(protocol.by_rank) do
        if begins(form, first_token) then
            known = true
            known_from_here = known_from_here or form.from == from
            line_form = line_form or (#form.tokens == 1 and form.tokens[1].type == "rest")
        end
    end
    -- An empty line is a line: Enter alone was typed.
    if first_token == "" and not (line_form and #bytes > 0) then
        return nil, "empty"
    elseif bytes:find("\0", 1, true) then
        return nil, "control"
    elseif not text.is_utf8(bytes) then
        return nil, "not_utf8"
    elseif not known then
        return nil, "unknown_code"
    elseif not known_from_here then
        return nil, "wrong_direction"
    end
    for _, form in ipairs(protocol.by_rank) do
        local message = form.from == from and begins(form, first_token) and match(form, bytes)
        if message then
            return message
        end
    end
    return nil, "wrong_arguments"
end

return pattern
