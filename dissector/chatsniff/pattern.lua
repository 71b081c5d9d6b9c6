-- SPDX-License-Identifier: GPL-2.0-or-later
-- Patterns of forms: compiled when a description is read, then matched against every datagram and line.
-- docs/protocol-description.md has the grammar. Uses nothing of Wireshark.
local address = require "chatsniff.address"
local text = require "chatsniff.text"

local pattern = {}

-- Not %s, which a locale may change.
local SPACE, NO_SPACE = "[ \t\n\v\f\r]", "[^ \t\n\v\f\r]"
local MAX_TOKENS, MAX_ARGUMENTS = 12, 8

-- The more exact type has the smaller rank. A literal has 0; a name or token with literal parts beside it has 4.
local type_ranks = { group = 1, ip = 2, port = 3, user = 5, room = 5, token = 5, rest = 6 }

local function token_rank(token)
    if not token.type then
        return 0
    end
    local rank = type_ranks[token.type]
    return rank == 5 and #token.prefix + #token.suffix > 0 and 4 or rank
end

-- The inside of "{name:type}". Returns name and type; or nil, the kind of mistake, and the text that its sentence
-- shows.
local function compile_placeholder(form, inside, has_neighbours)
    local name, kind = inside:match("^([^:]*):(.*)$")
    if not name or name == "" or inside:find("{", 1, true) then
        return nil, "placeholder"
    elseif not type_ranks[kind] then
        return nil, "type", kind
    elseif #form.argument_names == MAX_ARGUMENTS then
        return nil, "many_placeholders"
    end
    for _, known in ipairs(form.argument_names) do
        if known == name then
            return nil, "same_placeholder", name
        end
    end
    if kind == "rest" and has_neighbours then
        return nil, "rest_alone"
    end
    return name, kind
end

-- Compiles a token: a literal (its prefix), or an argument of a type between prefix and suffix. Returns nil and what is
-- wrong if it cannot.
local function compile_token(form, word)
    local open, close = word:find("{", 1, true), word:find("}", 1, true)
    if close and (not open or close < open) then
        return nil, "close_alone"
    elseif not open then
        return { prefix = word, suffix = "" }
    elseif not close then
        return nil, "open_alone"
    elseif word:find("[{}]", close + 1) then
        return nil, "one_placeholder"
    end
    local prefix, suffix = word:sub(1, open - 1), word:sub(close + 1)
    local name, kind, shown = compile_placeholder(form, word:sub(open + 1, close - 1), prefix .. suffix ~= "")
    if not name then
        return nil, kind, shown
    end
    form.argument_names[#form.argument_names + 1] = name
    form.argument_types[#form.argument_types + 1] = kind
    return { prefix = prefix, suffix = suffix, type = kind }
end

-- Fills in form.tokens, ranks, code, argument_names and argument_types from form.pattern. Returns nil; or the kind of
-- mistake (see mistakes.lua), and the text that its sentence shows.
function pattern.compile(form)
    form.tokens, form.ranks, form.argument_names, form.argument_types = {}, {}, {}, {}
    for _, word in ipairs(form.pattern == "" and {} or text.split(form.pattern, " ")) do
        local last = form.tokens[#form.tokens]
        if word == "" then
            return "one_space"
        elseif #form.tokens == MAX_TOKENS then
            return "many_tokens"
        elseif last and last.type == "rest" then
            return "rest_last"
        end
        local token, wrong, shown = compile_token(form, word)
        if not token then
            return wrong, shown
        end
        form.tokens[#form.tokens + 1] = token
        form.ranks[#form.ranks + 1] = token_rank(token)
    end
    if #form.tokens == 0 then
        return "empty_pattern"
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

-- Whether a message can fit both equally well.
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

-- The Lua pattern that captures a form's arguments; with_positions: and before each the position where it begins.
local function lua_pattern(form, with_positions)
    local parts, position = { "^" }, with_positions and "()" or ""
    for i, token in ipairs(form.tokens) do
        local prefix, suffix = token.prefix:gsub("%p", "%%%0"), token.suffix:gsub("%p", "%%%0")
        if token.type == "rest" then
            -- One separator goes before the text; further white space belongs to it. A form that is text from its
            -- beginning has no separator.
            return table.concat(parts) .. (i > 1 and SPACE or "") .. position .. "(.*)$"
        end
        parts[#parts + 1] = SPACE .. (i > 1 and "+" or "*") .. prefix
            .. (token.type and position .. "(" .. NO_SPACE .. "+)" or "") .. suffix
    end
    return table.concat(parts) .. SPACE .. "*$"
end

-- Tries one form. Returns a message, or nil. A message is the list of its arguments (strings, as they came), with form.
-- If the form has an argument of type rest, it also has text, the argument without its line feed, and line_ended,
-- whether it had one.
local function match(form, bytes)
    -- All fields are named here, because growing a table later costs time.
    local message = { form = form, text = nil, line_ended = nil, bytes:match(form.lua_pattern) }
    if not message[1] then
        return nil
    end
    for i = 1, #form.checked do
        local n = form.checked[i]
        if not fits_type(form.argument_types[n], message[n]) then
            return nil
        end
    end
    if form.has_rest then
        local rest = message[#message]
        message.line_ended = rest:byte(-1) == 10
        message.text = message.line_ended and rest:sub(1, -2) or rest
    elseif #form.argument_types == 0 then
        message[1] = nil -- a pattern without captures returns the whole match
    end
    return message
end

-- Where a message's arguments begin in the bytes that it was parsed from: offsets, from 0.
function pattern.offsets(message, bytes)
    local offsets, captures = {}, { bytes:match(lua_pattern(message.form, true)) }
    for i = 1, #message do
        offsets[i] = captures[2 * i - 1] - 1
    end
    return offsets
end

-- Why a datagram fits no form, in the words that chatsniff uses.
pattern.reasons = {
    empty = "it is empty",
    not_utf8 = "it is not valid UTF-8",
    control = "it holds a NUL byte",
    unknown_code = "the chat has no message with this code",
    wrong_direction = "this code is not sent in this direction",
    wrong_arguments = "its arguments do not fit this code",
    cut_off = "only its beginning was captured",
}

-- Whether a message of the form means more than a text.
local function has_meaning(form)
    return form.meaning ~= "" and (form.meaning ~= "message" or #form.argument_types > 1)
end

-- Fills in protocol.by_code (for each code, the forms that a text beginning with it may have, the most exact first),
-- protocol.without_code (the forms that may begin with anything), protocol.first_bytes (of the codes),
-- protocol.senders, and protocol.has_exchanges (whether the protocol is more than unrelated texts).
function pattern.index(protocol)
    protocol.by_code, protocol.without_code, protocol.first_bytes, protocol.senders = {}, {}, {}, {}
    for _, form in ipairs(protocol.forms) do
        protocol.has_exchanges = protocol.has_exchanges or form.answers_anything or has_meaning(form)
        protocol.senders[form.from] = true
        form.lua_pattern = lua_pattern(form, false)
        form.checked = {}
        for i, kind in ipairs(form.argument_types) do
            if kind == "ip" or kind == "group" or kind == "port" then
                form.checked[#form.checked + 1] = i
            end
        end
        form.has_rest = form.argument_types[#form.argument_types] == "rest"
        if form.code then
            protocol.by_code[form.code] = {}
            protocol.first_bytes[form.code:byte()] = true
        end
    end
    table.sort(protocol.forms, pattern.is_before)
    for _, form in ipairs(protocol.forms) do
        if form.code then
            table.insert(protocol.by_code[form.code], form)
        else
            table.insert(protocol.without_code, form)
            for _, list in pairs(protocol.by_code) do
                table.insert(list, form)
            end
        end
        protocol.takes_any_line = protocol.takes_any_line or (#form.tokens == 1 and form.has_rest)
    end
end

-- Parses a datagram or a line that came from this sender ("client", "server", "peer"). Returns a message; or nil and a
-- key of pattern.reasons.
function pattern.parse(protocol, from, bytes)
    local first_token = bytes:match(NO_SPACE .. "+")
    -- An empty line is a message, too: somebody pressed Enter and nothing else.
    if not first_token and not (protocol.takes_any_line and #bytes > 0) then
        return nil, "empty"
    elseif bytes:find("\0", 1, true) then
        return nil, "control"
    elseif not text.is_utf8(bytes) then
        return nil, "not_utf8"
    end
    local candidates = protocol.by_code[first_token or ""] or protocol.without_code
    local is_from_here = false
    for _, form in ipairs(candidates) do
        if form.from == from then
            is_from_here = true
            local message = match(form, bytes)
            if message then
                return message
            end
        end
    end
    return nil, #candidates == 0 and "unknown_code" or is_from_here and "wrong_arguments" or "wrong_direction"
end

return pattern
