-- SPDX-License-Identifier: GPL-2.0-or-later
-- What can be wrong with a description, and the sentences that say so: the same as in chat/protocol/mistakes.c, so that
-- chatsniff and Wireshark refuse a description in the same words. Uses nothing of Wireshark.
local mistakes = {}
mistakes.__index = mistakes

local MAX_MISTAKES = 100
local SHOWN = 60 -- characters of one value
local REPLACEMENT = "\239\191\189" -- U+FFFD

-- Each says what is wrong and what to do about it.
local sentences = {
    too_large = "the file is larger than 1 MiB: it is not a description of a protocol",
    nul = "a NUL byte: save the description as plain text",
    not_utf8 = "not valid UTF-8: save the description in that encoding",
    neither = "“%s” is neither a group, such as [form NAME], nor a key with its value, such as label = TEXT",
    no_group_yet = "“%s” stands before the first group: begin with [protocol]",
    second_group = "line %s has a group of this name already: give this one another",
    second_key = "line %s has this key already: keep one of the two",
    unknown_group = "a group is [protocol] or [form NAME]",
    no_protocol = "the group is missing: add [protocol] with name and transport",
    no_form = "there is no form: add a group [form NAME] for each kind of message",
    many_forms = "more than %s forms",
    unknown_key = "there is no such key; this group has %s",
    no_key = "the key is missing: add “%s = …”",
    control = "a control character in “%s”: replace it with a space or with text",
    none_of = "“%s” is none of %s",
    name = "“%s” is not a name: use a small letter, then small letters, digits and “-”, at most 32 in all",
    port = "“%s” is not a port: give a number from 1 to 65535; separate several with “;”",
    limit = "“%s” is not a number of bytes: give one from 1 to 65535",
    empty_pattern = "the pattern is empty: write what travels, such as hi {name:user}",
    one_space = "tokens are separated by one space",
    many_tokens = "a pattern has at most 12 tokens; what follows can be one {name:rest}",
    rest_last = "a placeholder of type rest takes all that follows: put it last",
    rest_alone = "a placeholder of type rest stands alone: put a space around it",
    close_alone = "a “}” without “{”",
    open_alone = "a “{” without “}”",
    placeholder = "a placeholder is written {name:type}",
    one_placeholder = "a token has at most one placeholder: put a space between two",
    type = "“%s” is not a type: use user, room, group, ip, port, token or rest",
    many_placeholders = "a pattern has at most 8 placeholders",
    same_placeholder = "two placeholders are called {%s}: rename one",
    label = "the pattern has no {%s}; a label can insert its placeholders, {source} and {destination}",
    answers_without_reply = "this form answers others: say here whether it is only, first or more",
    reply_without_answers = "this form is a reply: say here which forms it answers",
    no_such_form = "there is no form “%s”",
    same_side = "“%s” comes from the same side, and nobody answers a request of their own",
    tie = "it fits the same messages as the pattern of “%s” in line %s: make one more exact",
    meaning_placeholders = "“%s” needs a pattern whose placeholders begin with %s",
    meaning_sender = "“%s” is something that only the %s says",
    meaning_text = "“%s” needs a text: end the pattern with a placeholder of type rest",
}

-- Characters that a terminal would act on, and those that change the direction of the text around them.
local unsafe = {
    "[%z\1-\31\127]", "\194[\128-\159]", "\216\156", "\226\128[\142\143\168-\174]", "\226\129[\166-\169]",
    "\239\187\191",
}

-- Text of the file, valid UTF-8, as a sentence shows it.
local function shown(bytes)
    for _, characters in ipairs(unsafe) do
        bytes = bytes:gsub(characters, REPLACEMENT)
    end
    local n = 0
    for at in bytes:gmatch("()[%z\1-\127\194-\244]") do
        n = n + 1
        if n > SHOWN then
            return bytes:sub(1, at - 1) .. "…"
        end
    end
    return bytes
end

function mistakes.new()
    return setmetatable({}, mistakes)
end

-- Adds a mistake, unless there are MAX_MISTAKES already. group and key may be nil; a and b fill the gaps in the
-- sentence of that kind.
function mistakes:add(line, group, key, kind, a, b)
    if #self == MAX_MISTAKES then
        return
    end
    -- The list of allowed keys is our own text: it is never shortened.
    local first = a and (kind == "unknown_key" and a or shown(a))
    self[#self + 1] = {
        line = line, order = #self, group = group and shown(group), key = key and shown(key),
        reason = sentences[kind]:format(first, b),
    }
end

-- "FILE:7: form hello:from: what is wrong", one string for each, by line.
function mistakes:tell(file)
    local told = {}
    table.sort(self, function(one, other)
        if one.line ~= other.line then
            return one.line < other.line
        end
        return one.order < other.order
    end)
    for i, mistake in ipairs(self) do
        local place = mistake.group and mistake.group .. (mistake.key and ":" .. mistake.key or "") .. ": " or ""
        told[i] = ("%s:%d: %s%s"):format(file, mistake.line, place, mistake.reason)
    end
    return told
end

return mistakes
